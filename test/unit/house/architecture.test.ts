import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Scope, scopes } from '../../../modules.js'
import { filesUnder, importsIn, ours, reachedFrom } from '../../support/imports.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')
const sources = filesUnder(root, 'src', /\.tsx?$/)
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

const inGlob = (file: string, glob: string) =>
  glob.endsWith('/**') ? file.startsWith(glob.slice(0, -2)) : file === glob

/** The last scope that names the file, as the linter reads the table. */
const scopeOf = (file: string): Scope | undefined =>
  scopes.findLast(({ files }) => files.some((glob) => inGlob(file, glob)))

/** What `import()` reaches, which the linter does not look at. */
function mayLoad({ name, imports }: Scope, place: string): boolean {
  const parents = place.split('/').map((_, index, steps) => steps.slice(0, steps.length - index).join('/'))
  const reach = parents.map((parent) => imports[parent]).find((found) => found !== undefined)
  return name.split(':')[0] === parents.at(-1) || reach === 'values' || reach === 'loaded'
}

const mains = {
  api: 'src/api/main.ts',
  worker: 'src/worker/main.ts',
  executor: 'src/worker/executor.ts',
  sealer: 'src/worker/sealer.ts',
  intake: 'src/intake/main.ts',
  gate: 'src/gate/main.ts',
  simulator: 'src/simulator/main.ts',
  supervisor: 'src/embedded/start.ts',
  cli: 'src/cli/main.ts',
} as const

const reach = (main: keyof typeof mains) => [...reachedFrom(root, mains[main])]
const of = (prefix: string) => (name: string) => name.startsWith(prefix)

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

describe('the import graph', () => {
  it('has every source file in a scope of the table', () => {
    expect(sources.filter((file) => scopeOf(file) === undefined)).toEqual([])
  })

  it('imports only what exists', () => {
    const broken = sources.flatMap((file) =>
      importsIn(textOf(file))
        .map(({ specifier }) => ours(file, specifier))
        .filter(
          // A page brings its style sheet, which is named with its ending.
          (target) =>
            target !== undefined && !['.ts', '.tsx', ''].some((ending) => isFile(join(root, `${target}${ending}`))),
        )
        .map((target) => `${file} → ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('loads at the moment of need only what the table allows', () => {
    const refused = sources.flatMap((file) => {
      const scope = scopeOf(file)
      return importsIn(textOf(file))
        .filter(({ specifier, reach }) => reach === 'loaded' && specifier.startsWith('#'))
        .filter(({ specifier }) => scope === undefined || !mayLoad(scope, specifier.slice(1)))
        .map(({ specifier }) => `${file} loads ${specifier}`)
    })
    expect(refused).toEqual([])
  })

  it('has every process that the design names', () => {
    expect(Object.values(mains).filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  it('keeps the gate and every AWS client out of the worker’s reach', () => {
    expect(reach('worker').filter((name) => of('src/gate/')(name) || of('@aws-sdk/')(name))).toEqual([])
  })

  it('keeps the gate’s code out of the executor, which asks it over a socket', () => {
    expect(reach('executor').filter(of('src/gate/'))).toEqual([])
  })

  it('gives the gate no AWS client but STS, and no runbook, workflow or action', () => {
    const reached = reach('gate')
    expect(reached.filter(of('@aws-sdk/'))).toEqual(['@aws-sdk/client-sts'])
    expect(reached.filter((name) => /^src\/(runbooks|workflows|authoring|activities)\//.test(name))).toEqual([])
  })

  it('keeps AWS clients, runbooks and actions out of the api and the sealer', () => {
    const apart = /^(@aws-sdk\/|src\/(runbooks|workflows\/(?!messages)|activities|gate|simulator)\/)/
    expect([...reach('api'), ...reach('sealer')].filter((name) => apart.test(name))).toEqual([])
  })

  it('keeps Temporal, actions and whatever could change an account out of the intake’s reach', () => {
    const apart =
      /^(@temporalio\/|src\/(runbooks|workflows|gate|temporal|api|activities\/(actions|evidence\/(?!pace)))\/?)/
    expect(reach('intake').filter((name) => apart.test(name))).toEqual([])
    expect(reach('intake').filter(of('@aws-sdk/')).toSorted()).toEqual([
      '@aws-sdk/client-guardduty',
      '@aws-sdk/client-securityhub',
      '@aws-sdk/client-sqs',
      '@aws-sdk/client-sts',
    ])
  })

  it('lets one file of the gate, and one reader of the executor, assume a role', () => {
    const assuming = sources.filter(
      (file) => !file.startsWith('src/simulator/') && /\bAssumeRoleCommand\b/.test(textOf(file)),
    )
    expect(assuming.filter((file) => !file.startsWith('src/activities/aws/'))).toEqual(['src/gate/mint.ts'])
    expect(assuming.length).toBeLessThanOrEqual(2)
  })

  it('lets only the gate’s main file reach the minting', () => {
    const reaching = Object.entries(mains).filter(([, file]) => reachedFrom(root, file).has('src/gate/mint.ts'))
    expect(reaching.map(([name]) => name)).toEqual(['gate'])
  })
})
