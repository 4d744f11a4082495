import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

export interface BundleOptions {
  /** The module that exports the workflow types. */
  readonly entry: string
  /** Conditions by which the package’s own imports are found, besides the usual ones. */
  readonly conditions: readonly string[]
}

/** What `npm run build` compiled. */
const compiled: BundleOptions = {
  entry: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
  conditions: [],
}

/** Makes the one file that the workflow sandbox runs. The same sources give the same code, but for the paths in its source map. */
export async function bundleWorkflows({ entry, conditions }: BundleOptions = compiled): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: [...conditions, ...USUAL] },
    }),
  })
  return code
}

const USUAL = ['import', 'module', 'webpack', 'default']
