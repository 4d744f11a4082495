import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join, parse } from 'node:path'

/** An author’s folder of runbooks, and where the module that gathers them is written. */
export interface AuthoredRunbooks {
  readonly folder: string
  /** The same at every start, since its path is in the bundle that is hashed. */
  readonly index: string
}

const RUNBOOK = /^(?!.*\.(test|d)\.)[a-z0-9][a-z0-9-]*\.(ts|js)$/

/** The modules of a folder that are no tests, in order. */
export const runbookFiles = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => RUNBOOK.test(name))
    .toSorted()

/** Writes the module that exports an author’s runbooks before the shipped ones, and their rules of triage: every module of the folder that is no test. Throws when there is none. */
export function writeAuthoredIndex({ folder, index }: AuthoredRunbooks): string {
  const files = runbookFiles(folder)
  if (files.length === 0)
    throw new Error(`There is no runbook in ${folder}: CORDON_RUNBOOKS names a folder of .ts or .js files`)
  for (const name of files) {
    const text = readFileSync(join(folder, name), 'utf8')
    refuseEffects(name, text)
    refuseOtherName(name, text)
  }
  const { resolve } = createRequire(import.meta.url)
  const [shipped, rules] = [resolve('#runbooks/index'), resolve('#triage/index')]
  const imports = files.map((name, place) => `import * as module${place} from ${JSON.stringify(join(folder, name))}`)
  const modules = files.map((name, place) => `[${JSON.stringify(parse(name).name)}, module${place}]`).join(', ')
  const lines = [
    ...imports,
    `import { runbooks as shipped } from ${JSON.stringify(shipped)}`,
    `import { triageRules as rules } from ${JSON.stringify(rules)}`,
    `const isRunbook = (value) => typeof value === 'object' && value !== null && typeof value.respond === 'function'`,
    `const isRule = (value) => typeof value === 'object' && value !== null && typeof value.judge === 'function'`,
    `const modules = [${modules}]`,
    `const own = modules.flatMap(([, module]) => Object.values(module).filter(isRule))`,
    `const isOf = (file) => (value) => isRunbook(value) && value.id === file`,
    `const authored = modules.flatMap(([file, module]) => Object.values(module).filter(isOf(file)))`,
    `export const runbooks = [...authored, ...shipped]`,
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

/** Whoever wrote a runbook has no vote on its plans, and who wrote it is known by its file: it must have that name. */
function refuseOtherName(file: string, text: string): void {
  const { name } = parse(file)
  const isNamed = new RegExp(`\\bid:\\s*['"\`]${name}['"\`]`).test(text)
  if (text.includes('defineRunbook(') && !isNamed)
    throw new Error(`${file} has no runbook with the id ${name}: a runbook has the name of its file`)
}
