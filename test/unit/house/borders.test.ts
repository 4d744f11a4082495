import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { hashing, modules, type Scope, scopes } from '../../../modules.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
const packages = Object.keys(manifest['dependencies'] ?? {})

/** One import, and what the table says of it. */
interface Plant {
  readonly scope: string
  readonly clause: string
  readonly specifier: string
  readonly allowed: boolean
}

const places = [
  ...modules.flatMap((module) => [`${module}/planted`, `${module}/deep/planted`]),
  'store/migrate',
  'store/demo',
  'workflows/messages',
  'worker/replay',
  'api/schemas/planted',
  'config',
]

/** The verdict on reaching a place of ours, read from the table and not from the rules made of it. */
function mayReach({ name, imports }: Scope, place: string, kind: 'values' | 'types'): boolean {
  const steps = place.split('/')
  if (name.split(':')[0] === steps[0]) return true
  const parents = steps.map((_, index) => steps.slice(0, steps.length - index).join('/'))
  const reach = parents.map((parent) => imports[parent]).find((found) => found !== undefined)
  return reach === 'values' || (reach === 'types' && kind === 'types')
}

const owns = (scope: Scope, name: string) =>
  scope.packages.some((one) => (one.endsWith('/*') ? name.startsWith(one.slice(0, -1)) : one === name))

/** One import per pair of a scope with everything that it might reach. */
function plantsIn(scope: Scope): readonly Plant[] {
  const withNode = scope.node === 'any'
  const plant = (specifier: string, allowed: boolean, clause = 'planted') => ({
    scope: scope.name,
    clause,
    specifier,
    allowed,
  })
  return [
    ...places.map((place) => plant(`#${place}`, mayReach(scope, place, 'values'))),
    ...places.map((place) => plant(`#${place}`, mayReach(scope, place, 'types'), 'type Planted')),
    ...packages.flatMap((name) => [plant(name, owns(scope, name)), plant(`${name}/inner`, owns(scope, name))]),
    plant('cordon/runbook', owns(scope, 'cordon')),
    plant('../planted.ts', false),
    plant('../../deep/planted.ts', false),
    plant('./planted.ts', true),
    plant('node:fs', withNode),
    plant('node:fs/promises', withNode),
    plant('node:crypto', withNode, 'randomBytes'),
    ...hashing.map((name) => plant('node:crypto', withNode && scope.crypto === 'any', name)),
  ]
}

/** `import { planted as planted7 } from …`: names differ, so that many stand in one file. */
function lineOf({ clause, specifier }: Plant, number: number): string {
  const [name = '', kind] = clause.split(' ').toReversed()
  return `import ${kind === undefined ? '' : 'type '}{ ${name} as it${number} } from '${specifier}'`
}

/** Lints a tree that holds nothing else, with the rules of this repository, and says which lines are refused. */
function refusedLines(tree: string): ReadonlySet<string> {
  const rules = pathToFileURL(join(root, 'oxlint.config.js')).href
  const onlyBorders = `import config from '${rules}'
    const overrides = config.overrides.filter(({ rules }) => 'no-restricted-imports' in rules)
    export default { plugins: config.plugins, categories: { correctness: 'off' }, overrides }`
  writeFileSync(join(tree, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(tree, 'borders.config.js'), onlyBorders)
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-c', 'borders.config.js', '-f', 'json', 'src'], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (!stdout.startsWith('{')) throw new Error(`The linter did not run: ${stdout}${stderr}`)
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { filename: string; labels: readonly { span: { line: number } }[] }[]
  }
  return new Set(diagnostics.flatMap(({ filename, labels }) => labels.map(({ span }) => `${filename}:${span.line}`)))
}

const filesOf = (scope: Scope) => scope.files.map((glob) => glob.replace('**', 'planted.ts'))

function verdicts(): readonly (Plant & { readonly file: string; readonly refused: boolean })[] {
  const tree = mkdtempSync(join(tmpdir(), 'cordon-borders-'))
  try {
    const files = scopes.flatMap((scope) => filesOf(scope).map((file) => ({ file, plants: plantsIn(scope) })))
    for (const { file, plants } of files) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), `${plants.map(lineOf).join('\n')}\n`)
    }
    const refused = refusedLines(tree)
    return files.flatMap(({ file, plants }) =>
      plants.map((plant, index) => ({ ...plant, file, refused: refused.has(`${file}:${index + 1}`) })),
    )
  } finally {
    rmSync(tree, { recursive: true })
  }
}

describe('the borders', () => {
  const all = verdicts()
  const sentence = ({ file, clause, specifier }: Plant & { readonly file: string }) =>
    `${file} imports ${clause} from ${specifier}`

  it.each(scopes.map(({ name }) => name))('refuse every import that the table does not allow in %s', (name) => {
    const forbidden = all.filter(({ scope, allowed }) => scope === name && !allowed)
    expect(forbidden.length).toBeGreaterThan(0)
    expect(forbidden.filter(({ refused }) => !refused).map(sentence)).toEqual([])
  })

  it.each(scopes.map(({ name }) => name))('allow every import that the table allows in %s', (name) => {
    const allowed = all.filter((plant) => plant.scope === name && plant.allowed)
    expect(allowed.length).toBeGreaterThan(0)
    expect(allowed.filter(({ refused }) => refused).map(sentence)).toEqual([])
  })
})
