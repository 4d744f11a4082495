import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { enrolled, enrolmentOptions, partyOf } from '#api/passkeys'
import { changeView } from '#api/person-outcome'
import { PasskeyList, PasskeyView } from '#api/schemas/access'
import { answers, orNull, problems } from '#api/schemas/parts'
import { ChangeView } from '#api/schemas/people'
import { refusal } from '#store/database/refusal'
import { addPasskey, type Passkey, passkeysOf, revokePasskeysOf } from '#store/people/passkeys'
import { proposeChange } from '#store/people/person-changes'
import { makeChallenge, useChallenge } from '#store/votes/challenges'

const RECOMMENDED = 2

const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]{1,16384}$' })
const NewPasskey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    challenge: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Of the options that were asked for' }),
    id: Base64Url,
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 8 })),
  },
  { additionalProperties: false },
)

/** One’s own passkeys. Each counts once a second person has confirmed it. */
export const passkeyRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db } = deps
  const list = { summary: 'Your passkeys', response: { 200: answers(PasskeyList), ...problems } }
  app.get('/api/passkeys', { schema: list }, async (request) => {
    const passkeys = await passkeysOf(db, callerOf(request).person.id)
    return { passkeys: passkeys.map(passkeyView), recommended: RECOMMENDED }
  })

  const remove = {
    summary: 'Make a passkey of yours void',
    params: Type.Object({ id: Type.String() }),
    response: { 204: Type.Null(), ...problems },
  }
  app.delete('/api/passkeys/:id', { schema: remove }, async (request, reply) => {
    const { person } = callerOf(request)
    const revoked = await db
      .transaction()
      .execute((tx) => revokePasskeysOf(tx, person.id, { by: person, id: request.params.id }))
    if (revoked === 0) throw refusal('not_found', 'You have no such passkey')
    return reply.code(204).send(null)
  })

  await app.register(enrolmentRoutes, deps)
}

const enrolmentRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db, publicUrl }) => {
  const options = {
    summary: 'What a browser makes a passkey with',
    description: 'PublicKeyCredentialCreationOptionsJSON of WebAuthn; its challenge is good once, within five minutes.',
    body: orNull(Type.Object({}, { additionalProperties: false })),
    response: { 200: answers(Type.Unknown()), ...problems },
  }
  app.post('/api/passkeys/options', { schema: options }, async (request) => {
    const party = partyOf(publicUrl)
    const { person, session } = callerOf(request)
    const known = await passkeysOf(db, person.id)
    const challenge = await makeChallenge(db, { purpose: 'enrolment', person: person.id, session })
    return enrolmentOptions(party, { person, known, challenge })
  })

  const add = {
    summary: 'Enrol a passkey; it counts once a second person has confirmed it',
    body: NewPasskey,
    response: { 202: answers(Type.Object({ passkey: PasskeyView, change: ChangeView })), ...problems },
  }
  app.post('/api/passkeys', { schema: add }, async (request, reply) => {
    const { person, session } = callerOf(request)
    const { name, challenge, transports = [], ...attestation } = request.body
    const made = { attestation: { ...attestation, transports }, challenge, name }
    const passkey = await enrolled(partyOf(publicUrl), made)
    const change = await db.transaction().execute(async (tx) => {
      await useChallenge(tx, challenge, { purpose: 'enrolment', person: person.id, session })
      await addPasskey(tx, person, passkey)
      const what = `enrol the passkey ${name}`
      return proposeChange(tx, {
        kind: 'passkey',
        about: person.id,
        body: { passkey: passkey.id, name },
        proposer: person,
        what,
      })
    })
    const stored = (await passkeysOf(db, person.id)).find(({ id }) => id === passkey.id)
    return reply.code(202).send({ passkey: stored && passkeyView(stored), change: changeView(change) })
  })
}

const passkeyView = ({ id, name, added_at, confirmed_at, last_used_at }: Passkey) => ({
  id,
  name,
  addedAt: added_at.toISOString(),
  confirmedAt: confirmed_at?.toISOString() ?? null,
  lastUsedAt: last_used_at?.toISOString() ?? null,
})
