import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { callerOf, SESSION_COOKIE } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { hashPassword, isPassword, LONGEST_PASSWORD, SHORTEST_PASSWORD } from '#api/passwords'
import { answers, problems, Time } from '#api/schemas/parts'
import { beginSession, cookieTerms, meView } from '#api/session-cookie'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { keepPassword, passwordHashOf } from '#store/people/passwords'
import { personNamed } from '#store/people/people'
import { endSession, signInOf } from '#store/people/sessions'
import { useSetUpLink } from '#store/people/set-up-links'
import { countAttempt, forgetAttempts, forgetOldAttempts } from '#store/people/sign-in-attempts'

const closed = { additionalProperties: false } as const
const Token = Type.String({ minLength: 1, maxLength: 512 })
const ByToken = Type.Object({ token: Token }, closed)
const ByPassword = Type.Object(
  {
    person: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD }),
  },
  closed,
)
const SetUp = Type.Object(
  { token: Token, password: Type.String({ minLength: SHORTEST_PASSWORD, maxLength: LONGEST_PASSWORD }) },
  closed,
)

const Me = Type.Object({
  person: Type.Object({
    id: Type.String(),
    name: Type.String(),
    roles: Type.Array(Type.String()),
    groups: Type.Array(Type.String()),
  }),
  expiresAt: Time,
})
const me = { 200: answers(Me), ...problems }

/** A token or a password becomes a cookie that scripts cannot read and other sites cannot use. */
export const signInRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db, publicUrl } = deps

  const begin = {
    summary: 'Sign in with a token, or as a person with a password; sets the session cookie',
    body: Type.Union([ByToken, ByPassword]),
    security: [],
    response: me,
  }
  app.post('/api/sign-in', { schema: begin }, async (request, reply) => {
    const { body, ip: address } = request
    if ('token' in body) {
      await countAttempt(db, { person: null, address })
      const from = await signInOf(db, body.token)
      if (from === null) throw refusal('not_authenticated', 'This token is not valid, or no longer')
      return beginSession(deps, { request, reply }, { person: from.person, means: 'token', from })
    }
    const person = await personOf(db, { ...body, address })
    return beginSession(deps, { request, reply }, { person, means: 'password' })
  })

  const setUp = {
    summary: 'Set a password with a set-up link; signs in',
    body: SetUp,
    security: [],
    response: me,
  }
  app.post('/api/sign-in/set-up', { schema: setUp }, async (request, reply) => {
    await countAttempt(db, { person: null, address: request.ip })
    const hash = await hashPassword(request.body.password)
    const person = await db.transaction().execute(async (tx) => {
      const owner = await useSetUpLink(tx, request.body.token)
      await keepPassword(tx, owner, hash)
      return owner
    })
    return beginSession(deps, { request, reply }, { person, means: 'set-up' })
  })

  app.delete('/api/sign-in', { schema: { summary: 'Sign out', security: [] } }, async (request, reply) => {
    const token = request.cookies[SESSION_COOKIE]
    if (token !== undefined) await endSession(db, token)
    return reply.clearCookie(SESSION_COOKIE, cookieTerms(publicUrl)).code(204).send()
  })

  app.get('/api/me', { schema: { summary: 'Who you are', response: me } }, async (request) => {
    const { person, expiresAt } = callerOf(request)
    return meView(person, expiresAt)
  })
}

interface Claimed {
  readonly person: string
  readonly password: string
  readonly address: string
}

/** Whose password it is. A person who does not exist, has none or gives a wrong one hears the same, after the same time. */
async function personOf(db: Database, { person: id, password, address }: Claimed): Promise<Person> {
  const attempt = { person: id, address }
  await countAttempt(db, attempt)
  const isRight = await isPassword(password, await passwordHashOf(db, id))
  const person = isRight ? await personNamed(db, id) : undefined
  if (person === undefined) throw refusal('not_authenticated', 'This person and password do not belong together')
  await forgetAttempts(db, attempt)
  await forgetOldAttempts(db)
  return person
}
