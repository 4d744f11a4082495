import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { type Api, buildApp } from '#api/app'
import type { ApiDeps, Inspector, Workflows } from '#api/deps'
import { connect, type Database } from '#store/database/database'
import { type DemoPerson, seedDemo } from '#store/demo'
import { addPerson, addSession } from '#store/people/people'
import { demoPolicy } from '../../support/demo-policy.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'

/** People whom the demo does not have, one for each role that is left. */
const others = [
  { id: 'viewer', name: 'Vera Viewer', roles: ['viewer'], groups: [] },
  { id: 'author', name: 'Ari Author', roles: ['runbook-author'], groups: ['authors'] },
  { id: 'operator', name: 'Olga Operator', roles: ['operator'], groups: ['operations'] },
  { id: 'policy-admin', name: 'Petra Policy', roles: ['policy-admin'], groups: ['governance'] },
] as const

export type Who = DemoPerson | (typeof others)[number]['id']

export interface Woken {
  readonly incident: string
  readonly build: string
}

export interface World {
  readonly app: Api
  /** As the api’s own database role. */
  readonly db: Database
  /** As the owner, for what other processes would write. */
  readonly owner: Database
  readonly ownerUrl: string
  /** The address for another process’s own role. */
  readonly urlOf: FreshDatabase['urlOf']
  readonly woken: readonly Woken[]
  readonly call: (method: 'GET' | 'POST' | 'DELETE', url: string, who?: Who, body?: object | string) => Promise<Reply>
  readonly close: () => Promise<void>
}

export interface Reply {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into the answers of every route
  readonly body: any
  readonly headers: Readonly<Record<string, unknown>>
}

export const tokenOf = (who: Who): string => `token-of-${who}`

export const BUILD = 'build-1'
const HOUR_MS = 3_600_000

const people = ['responder', 'approver1', 'approver2', 'auditor', 'admin', 'intake'] as const

export const demo = {
  tokens: Object.fromEntries(people.map((person) => [person, tokenOf(person)])) as Record<DemoPerson, string>,
  accounts: [
    { id: '111122223333', name: 'shop-production', environment: 'production', regions: ['eu-central-1'] },
    { id: '777788889999', name: 'shop-staging', environment: 'nonproduction', regions: ['eu-central-1'] },
  ],
  policySource: demoPolicy,
} as const

/** An api over a database of its own, with the demo’s people, one active build, and a Temporal that only remembers who was woken. */
export async function openWorld(changed: Partial<ApiDeps> = {}, policySource: string = demoPolicy): Promise<World> {
  const database = await freshDatabase()
  await seedDemo(database.ownerUrl, { ...demo, policySource })
  const owner = connect(database.ownerUrl, 4)
  await owner.db
    .insertInto('build')
    .values({ id: BUILD, catalogue_digest: 'catalogue', manifest: '{}', activated_at: new Date() })
    .execute()
  await owner.db.transaction().execute(async (tx) => {
    for (const person of others) {
      await addPerson(tx, person)
      await addSession(tx, { person: person.id, token: tokenOf(person.id), ms: HOUR_MS })
    }
  })
  const api = connect(database.urlOf('api'), 25)
  const woken: Woken[] = []
  const deps = {
    db: api.db,
    workflows: remembering(woken),
    inspector: unreachable,
    log: pino({ level: 'silent' }),
    publicUrl: 'http://localhost:7400',
    simulator: null,
    metricsShare: 1,
    consoleDir: null,
  }
  const app = await buildApp({ ...deps, ...changed })
  return {
    app,
    db: api.db,
    owner: owner.db,
    ownerUrl: database.ownerUrl,
    urlOf: database.urlOf,
    woken,
    call: caller(app),
    close: async () => {
      await app.close()
      await api.close()
      await owner.close()
      await database.drop()
    },
  }
}

/** A Temporal that cannot be reached. */
const unreachable: Inspector = {
  at: { address: '127.0.0.1:9', namespace: 'cordon' },
  look: async () => ({ kind: 'unreachable', reason: 'connection refused' }),
  accounts: () => Promise.reject(new Error('connection refused')),
}

const remembering = (woken: Woken[]): Workflows => ({
  wakeIncident: async (wake) => void woken.push(wake),
  startPlan: async () => undefined,
  runningWorkflowIds: async function* () {},
  check: async () => undefined,
})

const caller =
  (app: Api): World['call'] =>
  async (method, url, who, body) => {
    const options: InjectOptions = {
      method,
      url,
      headers: {
        ...(who === undefined ? {} : { authorization: `Bearer ${tokenOf(who)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    }
    const reply = await app.inject(body === undefined ? options : { ...options, payload: body })
    const isJson = String(reply.headers['content-type']).includes('json')
    return { status: reply.statusCode, body: isJson ? reply.json() : reply.body, headers: reply.headers }
  }
