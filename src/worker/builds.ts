import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sha256Hex } from '#audit/digest'

/** The inline source map of a bundle: it holds the paths of the machine that made it. */
const SOURCE_MAP = /\n?\/\/# sourceMappingURL=data:[^\n]*\n?$/

/** The id of a build: the SHA-256 of its bundle without the source map, so that the same sources give the same id everywhere. */
export const buildIdOf = (bundle: string): string => sha256Hex(Buffer.from(bundle.replace(SOURCE_MAP, '\n')))

/** Where the bundle of a build is kept. */
export const bundleFile = (folder: string, build: string): string => join(folder, build, 'workflows.bundle.js')

/** Keeps the bundle of a build for as long as an incident may need it; whole or not at all. Returns its id. */
export function keepBuild(folder: string, bundle: string): string {
  const build = buildIdOf(bundle)
  const file = bundleFile(folder, build)
  if (existsSync(file) && buildIdOf(readFileSync(file, 'utf8')) === build) return build
  mkdirSync(dirname(file), { recursive: true })
  const fresh = `${file}.${process.pid}.new`
  writeFileSync(fresh, bundle)
  renameSync(fresh, file)
  return build
}
