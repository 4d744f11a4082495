import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { outcomeOf } from '#api/person-outcome'
import { answers, problems } from '#api/schemas/parts'
import { NewPerson, Outcome, PeopleList, PersonEdit, PersonParams } from '#api/schemas/people'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { disablePerson } from '#store/people/disabling'
import { peopleWithPasskeys } from '#store/people/passkeys'
import { everyone, personNamed } from '#store/people/people'
import { type Applied, askForPerson, askForReset, type Change } from '#store/people/person-changes'
import { changeRoutes } from './person-changes.ts'

const outcome = { 200: answers(Outcome), 202: answers(Outcome), ...problems }

/** People and what they may do. What makes an approver, an operator or a policy-admin waits for a second person. */
export const peopleRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db, publicUrl } = deps
  const toldOf = (done: Change | Applied) => outcomeOf(done, publicUrl)

  const list = { summary: 'People who have access', response: { 200: answers(PeopleList), ...problems } }
  app.get('/api/people', { schema: list }, async () => ({ people: await listed(db) }))

  const add = { summary: 'Add a person', body: NewPerson, response: outcome }
  app.post('/api/people', { schema: add }, async (request, reply) => {
    const { person: by } = callerOf(request)
    const done = await db.transaction().execute(async (tx) => {
      if ((await personNamed(tx, request.body.id)) !== undefined)
        throw refusal('conflict', `There is a person ${request.body.id} already: change them instead`)
      return askForPerson(tx, request.body, by)
    })
    return reply.code(statusOf(done)).send(toldOf(done))
  })

  const change = { summary: 'Change a person', params: PersonParams, body: PersonEdit, response: outcome }
  app.post('/api/people/:person', { schema: change }, async (request, reply) => {
    const { person: by } = callerOf(request)
    const done = await db.transaction().execute(async (tx) => {
      const before = await personNamed(tx, request.params.person)
      if (before === undefined) throw refusal('not_found', `There is no ${request.params.person} who has access`)
      return askForPerson(tx, edited(before, request.body), by)
    })
    return reply.code(statusOf(done)).send(toldOf(done))
  })

  const disable = { summary: 'Take all access from a person', params: PersonParams, response: outcome }
  app.post('/api/people/:person/disable', { schema: disable }, async (request) => {
    const { person } = request.params
    await disablePerson(db, person, callerOf(request).person)
    return toldOf({ person, setUp: null })
  })

  const reset = {
    summary: 'Let somebody in again who lost what they sign in with',
    description:
      'Passkeys, password, tokens and sign-ins of before are void. For who decides, a second person confirms it.',
    params: PersonParams,
    response: outcome,
  }
  app.post('/api/people/:person/reset', { schema: reset }, async (request, reply) => {
    const { person: by } = callerOf(request)
    const done = await db.transaction().execute((tx) => askForReset(tx, request.params.person, by))
    return reply.code(statusOf(done)).send(toldOf(done))
  })

  await app.register(changeRoutes, deps)
}

const statusOf = (done: Change | Applied): 200 | 202 => ('setUp' in done ? 200 : 202)

function edited(before: Person, { email, ...changed }: PersonEdit): Person {
  const { email: known, ...kept } = before
  const next = email === undefined ? known : (email ?? undefined)
  return { ...kept, ...changed, ...(next === undefined ? {} : { email: next }) }
}

async function listed(db: Database) {
  const [people, passkeys] = await Promise.all([everyone(db), peopleWithPasskeys(db)])
  return people.map(({ email = null, ...person }) => ({ ...person, email, passkeys: passkeys.get(person.id) ?? 0 }))
}
