import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Misdeed {
  readonly rule: string
  readonly file: string
  readonly text: string
}

const lines = (count: number, line: (number: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n')
const asked =
  "declare const ask: (n?: number) => Promise<number>\ndeclare const n: number\ndeclare const kind: 'a' | 'b'\n"

/** Each rule that the house relies on, and the smallest text that breaks it. */
const misdeeds: readonly Misdeed[] = [
  ['no-floating-promises', 'store', `${asked}ask()\nexport {}`],
  ['no-floating-promises', 'workflows', `${asked}Promise.all([ask(), ask()])\nexport {}`],
  ['await-thenable', 'store', `${asked}await n\nexport {}`],
  ['no-misused-promises', 'store', `${asked}if (ask()) process.exit()\nexport {}`],
  [
    'no-misused-promises',
    'store',
    `${asked}[1].forEach(ask)\nprocess.on('exit', async () => { await ask() })\nexport {}`,
  ],
  ['switch-exhaustiveness-check', 'domain', `${asked}switch (kind) {\n  case 'a':\n    break\n}\nexport {}`],
  ['only-throw-error', 'store', "throw 'text'\nexport {}"],
  ['no-explicit-any', 'domain', 'export const it = (value: any): unknown => value'],
  ['no-non-null-assertion', 'domain', 'export const it = (value?: string): string => value!'],
  ['consistent-type-imports', 'store', "import { Pool } from 'pg'\nexport type It = Pool"],
  ['no-default-export', 'domain', 'export default 1'],
  ['no-process-env', 'store', "export const it = process.env['X']"],
  ['no-console', 'api', "console.log('x')\nexport {}"],
  ['no-cycle', 'audit', "import { two } from './no-cycle-2.ts'\nexport const one = () => two"],
  ['max-lines', 'store', lines(301, (at) => `export const it${at} = ${at}`)],
  [
    'max-lines-per-function',
    'store',
    `export function it(): void {\n${lines(51, (at) => `  globalThis.name${at}`)}\n}`,
  ],
  ['complexity', 'store', `${asked}export const it = () => ${lines(11, (at) => `n === ${at} ? ${at} :`)} 0`],
  ['max-depth', 'store', `${asked}export function it(): void {\n${'if (n) {'.repeat(4)}${'}'.repeat(4)}\n}`],
  ['max-params', 'store', 'export const it = (a: 1, b: 1, c: 1, d: 1) => a + b + c + d'],
  ['filename-case', 'store', 'export const it = 1', 'NotKebab.ts'],
  ['no-restricted-globals', 'workflows', "throw new Error('x')\nexport {}"],
  ['no-restricted-globals', 'workflows', "export const it = () => fetch('x')"],
  ['no-restricted-globals', 'workflows', 'setTimeout(() => undefined, 1)\nexport {}'],
  ['no-restricted-globals', 'runbooks', "throw new Error('x')\nexport {}"],
  ['no-restricted-globals', 'runbooks', 'export const it = () => new Date()'],
  ['no-restricted-globals', 'domain', 'export const it = () => process.pid'],
  ['no-restricted-properties', 'domain', 'export const it = () => Date.now()'],
  ['no-restricted-properties', 'runbooks', 'export const it = () => Math.random()'],
].map(([rule = '', module = '', text = '', name], at) => ({
  rule,
  text,
  file: `src/${module}/${name ?? `${rule}-${at}.ts`}`,
}))

/** What the linter says of a tree with one misdeed per file: the rules that each file breaks. */
function brokenIn(tree: string): ReadonlyMap<string, ReadonlySet<string>> {
  cpSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'))
  writeFileSync(join(tree, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(tree, 'rules.config.js'),
    `export { default } from '${pathToFileURL(join(root, 'oxlint.config.js')).href}'`,
  )
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction')
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const options = [oxlint, '--type-aware', '-c', 'rules.config.js', '-f', 'json', 'src']
  const { stdout, stderr } = spawnSync(process.execPath, options, { cwd: tree, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (!stdout.startsWith('{')) throw new Error(`The linter did not run: ${stdout}${stderr}`)
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly { code?: string; filename: string }[] }
  const broken = new Map<string, Set<string>>()
  for (const { code = '', filename } of diagnostics)
    broken.set(filename, (broken.get(filename) ?? new Set()).add(/\(([^)]+)\)/.exec(code)?.[1] ?? code))
  return broken
}

function judged(): ReadonlyMap<string, ReadonlySet<string>> {
  const tree = mkdtempSync(join(tmpdir(), 'cordon-rules-'))
  try {
    const cycle = misdeeds.find(({ rule }) => rule === 'no-cycle')?.file ?? ''
    const other = {
      file: join(dirname(cycle), 'no-cycle-2.ts'),
      text: `import { one } from './${cycle.split('/').at(-1)}'\nexport const two = () => one`,
    }
    for (const { file, text } of [...misdeeds, other]) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), `${text}\n`)
    }
    return brokenIn(tree)
  } finally {
    rmSync(tree, { recursive: true })
  }
}

describe('the rules', () => {
  const broken = judged()

  it.each(misdeeds.map(({ rule, file, text }) => [rule, file, text] as const))('%s is awake in %s', (rule, file) => {
    expect([...(broken.get(file) ?? [])]).toContain(rule)
  })
})
