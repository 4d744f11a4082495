import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { type AuthoredRunbooks, writeAuthoredIndex } from './authored-index.ts'

export interface BundleOptions {
  /** The module that exports the workflow types. */
  readonly entry?: string
  /** Conditions by which the package’s own imports are found, besides the usual ones. */
  readonly conditions?: readonly string[]
  /** Runbooks that come before the shipped ones. */
  readonly authored?: AuthoredRunbooks | undefined
}

/** What `npm run build` compiled. */
const COMPILED = fileURLToPath(new URL('../workflows/index.js', import.meta.url))

/** This package’s own copy of what runbooks import: an author’s folder needs no installation of it. */
const runbookApi = createRequire(import.meta.url).resolve('cordon/runbook')

type Aliases = Readonly<Record<string, string | false | string[]>>

/** One module gathers what an author’s folder exports: runbooks and rules of triage. */
const aliasesOf = (index: string): Aliases => ({ '#runbooks/index$': index, '#triage/index$': index })

const USUAL = ['import', 'module', 'webpack', 'default']

/**
 * Makes the one file that the workflow sandbox runs. The same sources give the same code, but for the paths in its source map.
 * Throws with the file and the reason when a runbook cannot run there.
 */
export async function bundleWorkflows(options: BundleOptions = {}): Promise<string> {
  const { entry = COMPILED, conditions = [], authored } = options
  const own = authored === undefined ? {} : aliasesOf(writeAuthoredIndex(authored))
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    logger: new DefaultLogger('ERROR'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        conditionNames: [...conditions, ...USUAL],
        // The SDK’s own configuration has an object here, not a list.
        alias: { ...(config.resolve?.alias as Aliases), 'cordon/runbook$': runbookApi, ...own },
      },
    }),
  })
  return code
}
