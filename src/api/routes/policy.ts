import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf } from '#api/authentication'
import type { ApiDeps } from '#api/deps'
import { answers, problems } from '#api/schemas/parts'
import {
  ChangeView,
  ExplainQuery,
  Explanation,
  NewPolicy,
  PolicyVersions,
  PolicyVersionView,
  PolicyView,
  VersionParams,
} from '#api/schemas/policy'
import { isActionName } from '#domain/catalogue/index'
import { leastOf } from '#domain/finding'
import type { Tags } from '#domain/tags'
import { refusal } from '#store/database/refusal'
import { changeView } from '#store/policy/change-views'
import { proposeChange } from '#store/policy/changes'
import { newestVersion, policyOf, policyVersion, policyVersions } from '#store/policy/policies'
import { policyBody } from '#store/policy/policy-change'
import { explainPolicy } from '#store/policy/policy-explanation'

/** The policy in force: what it says, why, and how the next one is proposed. */
export const policyRoutes: FastifyPluginAsyncTypebox<ApiDeps> = async (app, { db }) => {
  const show = { summary: 'The policy in force', response: { 200: answers(PolicyView), ...problems } }
  app.get('/api/policy', { schema: show }, async () => {
    const newest = await newestVersion(db)
    if (newest === undefined) throw refusal('not_found', 'No policy is in force yet')
    const { policy: digest, version, at, change, source } = newest
    return { digest, version, at: at.toISOString(), change, source, policy: await policyOf(db, digest) }
  })

  const list = {
    summary: 'Every policy that was in force, newest first',
    response: { 200: answers(PolicyVersions), ...problems },
  }
  app.get('/api/policy/versions', { schema: list }, async () => ({ versions: await policyVersions(db) }))

  const one = {
    summary: 'One policy that was in force, and what it made different from the one before',
    params: VersionParams,
    response: { 200: answers(PolicyVersionView), ...problems },
  }
  app.get('/api/policy/versions/:version', { schema: one }, ({ params }) => policyVersion(db, Number(params.version)))

  const explain = {
    summary: 'What the policy says of an action on a target, and which of its lines say so',
    querystring: ExplainQuery,
    response: { 200: answers(Explanation), ...problems },
  }
  app.get('/api/policy/explain', { schema: explain }, (request) => {
    const { account, action, target = '', tag = [], severity, at = null } = request.query
    if (!isActionName(action))
      throw refusal('unprocessable', `There is no action ${action}: docs/reference/actions.md lists them`)
    const grave = severity === undefined ? 0 : leastOf(severity)
    return explainPolicy(db, { account, action, target: nameIn(target), tags: tagsIn(tag), severity: grave, at })
  })

  const propose = {
    summary: 'Propose a new policy; it comes into force when two approvers of two groups approve the change',
    body: NewPolicy,
    response: { 201: answers(ChangeView), ...problems },
  }
  app.post('/api/policy', { schema: propose }, async (request, reply) => {
    const { source, reason } = request.body
    const { person } = callerOf(request)
    const title = reason ?? 'A new policy'
    const id = await proposeChange(db, { kind: 'policy', title, body: await policyBody(db, source), proposer: person })
    return reply
      .code(201)
      .header('location', `/api/changes/${id}`)
      .send(await changeView(db, id))
  })
}

/** The name in what people copy: `user/deploy-bot`, an ARN, or the name itself. */
const nameIn = (target: string): string => target.split(/[/:]/).at(-1) ?? target

function tagsIn(texts: string | readonly string[]): Tags {
  const pairs = (typeof texts === 'string' ? [texts] : texts).map((text): readonly [string, string] => {
    const at = text.indexOf('=')
    if (at < 1) throw refusal('invalid_input', `A tag is key=value, and “${text}” is not`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  return Object.fromEntries(pairs)
}
