import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { lookAtConnection } from '#api/account-connection'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, orNull, problems, Time } from '#api/schemas/parts'
import { standingOf } from '#domain/account-standing'
import {
  type AccountRow,
  accountOf,
  enrolAccount,
  everyAccount,
  keepConnection,
} from '#store/accounts/account-registration'

const AccountId = Type.String({ pattern: '^[0-9]{12}$' })
const Region = Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' })
const Environment = Type.Union([Type.Literal('production'), Type.Literal('nonproduction')])

const NewAccount = Type.Object(
  {
    id: AccountId,
    name: Type.String({ minLength: 1, maxLength: 128 }),
    environment: Environment,
    regions: Type.Array(Region, { minItems: 1, maxItems: 40, uniqueItems: true, description: 'The first one is home' }),
    organizationalUnit: Type.Optional(orNull(Type.String({ minLength: 1, maxLength: 128 }))),
    administrator: Type.Optional(orNull(AccountId)),
    partition: Type.Optional(Type.Union([Type.Literal('aws'), Type.Literal('aws-us-gov'), Type.Literal('aws-cn')])),
  },
  { additionalProperties: false },
)

const AccountView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  environment: Type.String(),
  partition: Type.String(),
  regions: Type.Array(Type.String()),
  organizationalUnit: orNull(Type.String()),
  administrator: orNull(Type.String({ description: 'Whom AWS sends its findings to, and who may hand them in' })),
  externalId: orNull(Type.String({ description: 'What the account’s roles must ask for; shown to operators' })),
  standing: Type.String({ description: 'set-up, registered, or connected' }),
  registeredBy: orNull(Type.String()),
  connectedAt: orNull(Time),
})

const Checked = Type.Object({
  ...AccountView.properties,
  reasons: Type.Array(Type.String(), { description: 'Why it is not connected' }),
  notes: Type.Array(Type.String()),
})

/** Accounts: who registers one gets its ExternalId; a look at its roles connects it, or says what is wrong with them. */
export const accountRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, deps) => {
  const { db } = deps
  const list = {
    summary: 'The accounts that Cordon knows',
    response: { 200: answers(Type.Object({ accounts: Type.Array(AccountView) })), ...problems },
  }
  app.get('/api/accounts', { schema: list }, async (request) => {
    const views = (await everyAccount(db)).map(asView)
    const mayConnect = callerOf(request).person.roles.includes('operator')
    return { accounts: mayConnect ? views : views.map((view) => ({ ...view, externalId: null })) }
  })

  const add = {
    summary:
      'Register an account, or bring one up to date; 201 when it is connected, 202 when its roles are not as they must be',
    body: NewAccount,
    response: { 201: answers(Checked), 202: answers(Checked), ...problems },
  }
  app.post('/api/accounts', { schema: add }, async (request, reply) => {
    const { organizationalUnit = null, administrator = null, partition = 'aws', ...account } = request.body
    const { person } = callerOf(request)
    const { id } = await enrolAccount(db, { ...account, organizationalUnit, administrator, partition }, person)
    const checked = await check(deps, id, person)
    return reply.code(checked.standing === 'connected' ? 201 : 202).send(checked)
  })

  const look = {
    summary: 'Look at the account’s roles: connects it, or says why not',
    params: Type.Object({ id: AccountId }),
    response: { 200: answers(Checked), ...problems },
  }
  app.post('/api/accounts/:id/check', { schema: look }, async (request) =>
    check(deps, (await accountOf(db, request.params.id)).id, callerOf(request).person),
  )
}

async function check(deps: ApiDeps, id: string, person: ReturnType<typeof callerOf>['person']) {
  const { reasons, notes } = await lookAtConnection(deps, id)
  const kept = await keepConnection(deps.db, { id, reasons }, person)
  return { ...asView(kept), reasons: [...reasons], notes: [...notes] }
}

const asView = (row: AccountRow) => ({
  id: row.id,
  name: row.name,
  environment: row.environment,
  partition: row.partition,
  regions: row.regions,
  organizationalUnit: row.organizational_unit,
  administrator: row.administrator,
  externalId: row.external_id,
  standing: standingOf({ registeredBy: row.registered_by, connectedAt: row.connected_at }),
  registeredBy: row.registered_by,
  connectedAt: row.connected_at?.toISOString() ?? null,
})
