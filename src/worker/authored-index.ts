import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'

/** An author’s folder of runbooks, and where the module that gathers them is written. */
export interface AuthoredRunbooks {
  readonly folder: string
  /** The same at every start, since its path is in the bundle that is hashed. */
  readonly index: string
}

const RUNBOOK = /^(?!.*\.(test|d)\.)[a-z0-9][a-z0-9-]*\.(ts|js)$/

/** Writes the module that exports an author’s runbooks before the shipped ones, and their rules of triage: every module of the folder that is no test. Throws when there is none. */
export function writeAuthoredIndex({ folder, index }: AuthoredRunbooks): string {
  const files = readdirSync(folder)
    .filter((name) => RUNBOOK.test(name))
    .toSorted()
  if (files.length === 0)
    throw new Error(`There is no runbook in ${folder}: CORDON_RUNBOOKS names a folder of .ts or .js files`)
  for (const name of files) refuseEffects(name, readFileSync(join(folder, name), 'utf8'))
  const { resolve } = createRequire(import.meta.url)
  const [shipped, rules] = [resolve('#runbooks/index'), resolve('#triage/index')]
  const imports = files.map((name, place) => `import * as module${place} from ${JSON.stringify(join(folder, name))}`)
  const modules = files.map((_, place) => `module${place}`).join(', ')
  const lines = [
    ...imports,
    `import { runbooks as shipped } from ${JSON.stringify(shipped)}`,
    `import { triageRules as rules } from ${JSON.stringify(rules)}`,
    `const isRunbook = (value) => typeof value === 'object' && value !== null && typeof value.respond === 'function'`,
    `const isRule = (value) => typeof value === 'object' && value !== null && typeof value.judge === 'function'`,
    `const exported = [${modules}].flatMap(Object.values)`,
    `const own = exported.filter(isRule)`,
    `export const runbooks = [...exported.filter(isRunbook), ...shipped]`,
    `export const triageRules = [...own, ...rules.filter(({ id }) => !own.some((rule) => rule.id === id))]`,
    '',
  ]
  mkdirSync(dirname(index), { recursive: true })
  writeFileSync(index, lines.join('\n'))
  return index
}

const IMPORTED = /\b(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g
const EFFECTS = /^(@temporalio\/|@aws-sdk\/)/

/** A runbook that reaches out of the sandbox is refused here, by its name, and not by the bundler’s list of modules. */
function refuseEffects(name: string, text: string): void {
  const wrong = [...text.matchAll(IMPORTED)]
    .map(([, specifier = '']) => specifier)
    .find((specifier) => isBuiltin(specifier) || EFFECTS.test(specifier))
  if (wrong !== undefined)
    throw new Error(
      `${name} imports ${wrong}: a runbook or a rule of triage runs in a sandbox without disk, network and clock. A runbook reads with collect, changes with contain and recover, waits with wait; a rule sees its finding and context; all from cordon/runbook.`,
    )
}
