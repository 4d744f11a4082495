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

/** Writes the module that exports an author’s runbooks before the shipped ones: every module of the folder that is no test. Throws when there is none. */
export function writeAuthoredIndex({ folder, index }: AuthoredRunbooks): string {
  const files = readdirSync(folder)
    .filter((name) => RUNBOOK.test(name))
    .toSorted()
  if (files.length === 0)
    throw new Error(`There is no runbook in ${folder}: CORDON_RUNBOOKS names a folder of .ts or .js files`)
  for (const name of files) refuseEffects(name, readFileSync(join(folder, name), 'utf8'))
  const shipped = createRequire(import.meta.url).resolve('#runbooks/index')
  const imports = files.map((name, place) => `import * as module${place} from ${JSON.stringify(join(folder, name))}`)
  const modules = files.map((_, place) => `module${place}`).join(', ')
  const lines = [
    ...imports,
    `import { runbooks as shipped } from ${JSON.stringify(shipped)}`,
    `const isRunbook = (value) => typeof value === 'object' && value !== null && typeof value.respond === 'function'`,
    `export const runbooks = [...[${modules}].flatMap(Object.values).filter(isRunbook), ...shipped]`,
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
      `${name} imports ${wrong}: a runbook runs in a sandbox without disk, network and clock. Read with collect, change with contain and recover, wait with wait; all from cordon/runbook.`,
    )
}
