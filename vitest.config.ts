import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const SECOND = 1000
const CORES = 2

/** Sources, not `dist/`: `#domain/plan` is `src/domain/plan.ts`. `module` is for bundlers: Node cannot load what it names. */
const conditions = ['cordon-source', ...defaultServerConditions.filter((condition) => condition !== 'module')]
const resolution = { resolve: { conditions } }
const sources = {
  ...resolution,
  ssr: resolution,
  // The setup of a project runs in an environment of Vitest’s own.
  environments: { __vitest__: resolution },
}

interface Project {
  readonly name: string
  readonly seconds: number
  /** Needs the servers that `test/support/global-setup.ts` starts once for all files. */
  readonly servers?: true
  /** Its files share what they import: each makes what it needs itself, and leaves nothing behind. */
  readonly shares?: true
}

/** Takes long, and is for the night alone. */
// oxlint-disable-next-line node/no-process-env -- it is no part of the product
const nightly = process.env['CORDON_FAULTS'] === 'night' ? [] : ['test/faults/**/night/**']

const projects: readonly Project[] = [
  { name: 'unit', seconds: 30 },
  { name: 'replay', seconds: 60 },
  { name: 'workflow', seconds: 60, servers: true },
  { name: 'integration', seconds: 60, servers: true, shares: true },
  { name: 'e2e', seconds: 300, servers: true },
  { name: 'faults', seconds: 600 },
  // Servers of its own: roles and ports belong to it.
  { name: 'layout', seconds: 600 },
  { name: 'bench', seconds: 4500 },
  { name: 'hour', seconds: 5400 },
]

export default defineConfig({
  test: {
    passWithNoTests: false,
    maxWorkers: CORES,
    projects: projects.map(({ name, seconds, servers, shares }) => ({
      ...sources,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        exclude: nightly,
        environment: 'node',
        pool: 'forks',
        isolate: shares !== true,
        testTimeout: seconds * SECOND,
        hookTimeout: seconds * SECOND,
        ...(servers === true ? { globalSetup: ['test/support/global-setup.ts'] } : {}),
      },
    })),
  },
})
