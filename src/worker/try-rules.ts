import { createRequire } from 'node:module'
import { createContext, Script } from 'node:vm'
import type { Material } from '#domain/records'
import type { Judgement } from '#domain/verdict'
import { type BundleOptions, bundleWorkflows } from './bundle-workflows.ts'

export type JudgeMaterial = (material: Material) => Judgement

/** What Temporal’s bundler makes of an entry: a script that leaves this behind. */
interface Bundle {
  readonly importWorkflows: () => { readonly judgeMaterial: JudgeMaterial }
}

/**
 * The rules of a folder, or the shipped ones, bundled as for the worker and run apart from everything: what is refused there is refused here,
 * in the same words. Throws with the file and the reason.
 */
export async function rulesToTry(options: BundleOptions): Promise<JudgeMaterial> {
  const entry = createRequire(import.meta.url).resolve('#workflows/judge-material')
  const code = await bundleWorkflows({ entry, ...options })
  // The cache of modules, which Temporal keeps outside of the bundle.
  const apart: { __TEMPORAL__?: Bundle } = createContext({ console, __webpack_module_cache__: {} })
  new Script(code, { filename: 'rules.bundle.js' }).runInContext(apart as object)
  if (apart.__TEMPORAL__ === undefined) throw new TypeError('A bundle leaves its modules behind')
  return apart.__TEMPORAL__.importWorkflows().judgeMaterial
}
