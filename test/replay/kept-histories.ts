import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { bundleWorkflows } from '#worker/bundle-workflows'
import type { ReplayedHistory } from '#worker/replay'

const folder = fileURLToPath(new URL('histories', import.meta.url))
const sources = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url))

/** The version that the sources are on their way to: its bundle is made of them. */
export const UNRELEASED = 'unreleased'
const BUNDLE = 'workflows.bundle.js.gz'

export interface Kept extends ReplayedHistory {
  /** `recovered/0.json` */
  readonly name: string
}

/** Every version that has histories: those that were released, with their bundles, and the one that is not yet. */
export const versions: readonly string[] = readdirSync(folder)

/** The branches of which a version keeps histories. */
export const branchesOf = (version: string): readonly string[] =>
  readdirSync(join(folder, version), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

export const keptOf = (version: string): readonly Kept[] =>
  branchesOf(version).flatMap((branch) =>
    readdirSync(join(folder, version, branch)).map((file) => ({
      name: `${branch}/${file}`,
      ...(JSON.parse(readFileSync(join(folder, version, branch, file), 'utf8')) as ReplayedHistory),
    })),
  )

/** The bundle that wrote a released version’s histories; for the unreleased one that of the sources of now. */
export async function bundleOf(version: string): Promise<string> {
  const kept = join(folder, version, BUNDLE)
  if (version === UNRELEASED) return bundleWorkflows({ entry: sources, conditions: ['cordon-source'] })
  if (!existsSync(kept)) throw new Error(`${version} was released without its bundle: keep it as ${BUNDLE}`)
  return gunzipSync(readFileSync(kept)).toString('utf8')
}
