import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogue } from '#domain/catalogue/index'
import { type Differ, startDiffer } from './differ.ts'

const SET_UP_TIMEOUT_MS = 320_000
const ROOT = new URL('../../../', import.meta.url).pathname

interface Lacks {
  readonly lacks: readonly { readonly call: string; readonly what: string; readonly why: string }[]
}
const { lacks } = JSON.parse(readFileSync(new URL('moto-lacks.json', import.meta.url), 'utf8')) as Lacks
const listed = lacks.map(({ call }) => call)

/** boto3’s names of the services whose IAM prefix or SDK package is called otherwise. */
const BOTO3: Readonly<Record<string, string>> = {
  'auto-scaling': 'autoscaling',
  'secrets-manager': 'secretsmanager',
  elasticloadbalancing: 'elbv2',
  'elastic-load-balancing-v2': 'elbv2',
}
const asBoto3 = (service: string, operation: string): string => `${BOTO3[service] ?? service}:${operation}`

/** Operations that the catalogue declares. */
function declared(): readonly string[] {
  return Object.values(catalogue)
    .flatMap(({ operations, reads }) => [...operations, ...reads])
    .map(({ operation }) => {
      const [service = '', name = ''] = operation.split(':')
      return asBoto3(service, name)
    })
}

/** Operations whose commands our code imports from the SDK: also evidence and minting, which no action declares. */
function imported(): readonly string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.ts') && !file.startsWith('simulator/')).flatMap(commandsIn)
}

function commandsIn(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, 'src', file), 'utf8')
  return [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(
    ([, names = '', client = '']) =>
      [...names.matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, name = '']) => asBoto3(client, name)),
  )
}

let differ: Differ
beforeAll(async () => {
  differ = await startDiffer()
}, SET_UP_TIMEOUT_MS)
afterAll(() => differ.stop())

describe('moto', () => {
  const calls = [...new Set([...declared(), ...imported(), ...listed])].toSorted()

  test('answers every call that Cordon makes, or moto-lacks.json says that it does not', async () => {
    expect(calls).toContain('iam:PutUserPolicy')
    expect(calls).toContain('sts:AssumeRole')
    const answers = await differ.ask<Record<string, { answers: boolean; said: string }>>({ do: 'answers', calls })
    const lacking = Object.entries(answers).filter(([, { answers: isThere }]) => !isThere)
    expect(lacking.map(([call]) => call).toSorted(), `what moto said: ${JSON.stringify(answers, null, 1)}`).toEqual(
      listed.toSorted(),
    )
  })

  test.each(lacks)('is said to lack $call with what that costs', ({ what, why }) => {
    expect(what.length).toBeGreaterThan(0)
    expect(why.length).toBeGreaterThan(0)
  })
})
