import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readStartConfig } from '#config'
import { partLaunches, type Wiring } from '#embedded/parts'
import { type ReadyFacts, writeReady } from '#embedded/ready'
import { readyText } from '#embedded/ready-text'
import { freshFolder } from './folder.ts'

const MODE = 0o777
const credentials = { accessKeyId: 'AKIA1', secretAccessKey: 'secret-of-the-account' }
const account = { id: '111122223333', name: 'shop', environment: 'production' as const, regions: [], credentials }

function written(facts: Partial<ReadyFacts>): { readonly text: string; readonly mode: number } {
  const file = join(freshFolder(), 'run', 'ready.json')
  const base = { url: 'http://localhost:7400', temporal: { address: '127.0.0.1:1', namespace: 'cordon' } }
  const database = 'postgres://postgres@127.0.0.1:2/cordon'
  writeReady(file, { ...base, database, region: 'eu-central-1', metrics: {}, demo: undefined, ...facts }, [
    { name: 'api', pid: 7, started: 'then' },
  ])
  return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode & MODE }
}

describe('ready.json', () => {
  it('names for real accounts what runs, and nothing that opens anything', () => {
    const { text, mode } = written({})
    expect(mode).toBe(0o600)
    expect(JSON.parse(text)).toEqual({
      url: 'http://localhost:7400',
      temporal: { address: '127.0.0.1:1', namespace: 'cordon' },
      database: 'postgres://postgres@127.0.0.1:2/cordon',
      aws: { region: 'eu-central-1' },
      processes: [{ name: 'api', pid: 7 }],
    })
  })

  it('has in a demo the sign-ins and the accounts besides', () => {
    const demo = { endpoint: 'http://127.0.0.1:3', accounts: [account], tokens: { responder: 'token' } }
    expect(JSON.parse(written({ demo }).text)).toMatchObject({
      aws: { endpoint: 'http://127.0.0.1:3', accounts: [account] },
      tokens: { responder: 'token' },
    })
  })
})

describe('what a start says at its end', () => {
  const said = (environment: Record<string, string>) =>
    readyText({ config: readStartConfig(environment), ready: 'ready.json', accounts: [account] })

  it('is what to type, as it must be typed', () => {
    expect(said({})).toContain('\n  npx cordon drill stolen-access-key --approve ')
    expect(said({ CORDON_HOME: resolve('my homes') })).toContain(
      `CORDON_HOME='${resolve('my homes')}' npx cordon drill`,
    )
  })

  it('promises no drill for accounts that are not simulated', () => {
    expect(said({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).not.toContain('drill')
    expect(said({ CORDON_AWS: 'real' })).not.toContain('drill')
    expect(said({ CORDON_AWS: 'real' })).toContain('doctor')
  })
})

describe('what a process is told', () => {
  const wiring = (changes: Partial<Wiring>): Wiring => ({
    databaseUrl: (role) => `postgres://cordon_${role}@127.0.0.1/cordon`,
    temporal: { address: '127.0.0.1:1', namespace: 'cordon' },
    port: 7400,
    publicUrl: 'http://localhost:7400',
    builds: 'builds',
    runbooks: undefined,
    gateSocket: 'gate.sock',
    gateSecretFile: 'gate-secret',
    logKeyFile: 'log-key.pem',
    hub: { gate: 'gate-credentials.json', executor: 'executor-credentials.json', intake: 'intake-credentials.json' },
    awsEndpoint: 'http://127.0.0.1:3',
    simulator: undefined,
    metricsPort: () => 9,
    environment: {
      common: { PATH: '/bin' },
      aws: { AWS_PROFILE: 'hub' },
      channels: { CORDON_WEBHOOK_SECRET: 'whsec_c2VjcmV0' },
      signIn: { CORDON_OIDC_CLIENT_SECRET: 'secret-of-oidc' },
      queues: { CORDON_INTAKE_QUEUES: 'arn-of-queue' },
      push: { CORDON_PUSH_SECRETS: 'secret-of-push' },
      logs: { CORDON_LOGS: 'file-of-logs' },
    },
    ...changes,
  })
  const holders = (launches: ReturnType<typeof partLaunches>, what: string) =>
    Object.entries(launches)
      .filter(([, { env }]) => JSON.stringify(env).includes(what))
      .map(([name]) => name)

  it('is what the trust table gives it', () => {
    const launches = partLaunches(wiring({}))
    expect(holders(launches, 'gate-credentials')).toEqual(['gate'])
    expect(holders(launches, 'executor-credentials')).toEqual(['executor'])
    expect(holders(launches, 'intake-credentials')).toEqual(['intake'])
    expect(holders(launches, 'arn-of-queue')).toEqual(['intake'])
    expect(holders(launches, 'secret-of-push')).toEqual(['api'])
    expect(holders(launches, 'file-of-logs')).toEqual(['executor', 'api'])
    expect(holders(launches, 'gate-secret')).toEqual(['gate', 'executor'])
    expect(holders(launches, 'log-key')).toEqual(['sealer'])
    expect(holders(launches, 'whsec_')).toEqual(['worker'])
    expect(holders(launches, 'secret-of-oidc')).toEqual(['api'])
    for (const part of Object.keys(launches)) expect(holders(launches, `cordon_${part}@`)).toEqual([part])
  })

  it('is nothing of whoever typed the command in a demo, and for real accounts AWS’s own settings where AWS is called', () => {
    expect(holders(partLaunches(wiring({})), 'AWS_PROFILE')).toEqual([])
    const real = { hub: undefined, awsEndpoint: undefined }
    expect(holders(partLaunches(wiring(real)), 'AWS_PROFILE')).toEqual(['gate', 'executor', 'intake'])
    const elsewhere = { hub: undefined, awsEndpoint: 'https://aws.example.org' }
    expect(holders(partLaunches(wiring(elsewhere)), 'AWS_PROFILE')).toEqual(['gate', 'executor', 'intake'])
  })
})

describe('a start', () => {
  it('refuses a port that nobody could be told', () => {
    expect(() => readStartConfig({ CORDON_PORT: '0' })).toThrow('CORDON_PORT is 0')
  })
})
