import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { bodyIn, FindingsAnswer, sentIn } from '#api/finding-body'
import type { Receiving } from '#api/routes/findings'
import { answers, problems } from '#api/schemas/parts'
import { createSns, type SnsSettings } from '#api/sns'
import { pushSource } from '#domain/source'
import { SIGNATURE_HEADER, signedPush } from '#intake/push/signed-push'
import { takeIn } from '#intake/take-in'
import { takeInMail } from '#intake/take-in-letter'
import { clock } from '#store/database/clock'
import { refusal } from '#store/database/refusal'
import { spendNonce } from '#store/sources/push-nonces'
import { administratorsOf } from '#store/sources/sources'

/** A message of SNS has 256 KiB, and its envelope little. */
const SNS_BODY_LIMIT = 512 * 1024

/** Who may push without a sign-in; nobody when it is left out. */
export interface Pushing {
  /** What each sender signs with, by its name. */
  readonly secrets: ReadonlyMap<string, string>
  readonly sns: SnsSettings
}

const nobody: Pushing = { secrets: new Map(), sns: { topics: [] } }

const open = { security: [], response: { 202: answers(FindingsAnswer), ...problems } }

/** Findings that come with a signature in place of a sign-in. */
export const findingPushRoutes: FastifyPluginAsyncTypebox<Receiving> = async (app, receiving) => {
  const { db, arriving, answer, pushing = nobody } = receiving

  const signed = {
    ...open,
    summary: 'Push findings with a signature',
    description: `\`${SIGNATURE_HEADER}: t=<seconds since 1970>,n=<nonce>,v1=<hex of HMAC-SHA256 over v1:t:n:body>\`, with the secret of the sender; each nonce once.`,
    params: Type.Object({ sender: Type.String() }),
  }
  const secretOf = (sender: string): string | undefined => pushing.secrets.get(sender)
  app.post(
    '/api/findings/signed/:sender',
    {
      schema: signed,
      // Nobody’s body is read who says nothing about themselves.
      preParsing: async ({ params, headers }) => {
        const { sender = '' } = params as { readonly sender?: string }
        if (secretOf(sender) === undefined || headers[SIGNATURE_HEADER] === undefined)
          throw refusal('not_authenticated', `Name a known sender, and sign the body in ${SIGNATURE_HEADER}`)
      },
    },
    async (request, reply) => {
      const { sender } = request.params
      await requireSignature(request, { sender, secret: secretOf(sender) ?? '' })
      const source = pushSource(sender)
      return answer(
        reply,
        sender,
        await takeIn({ db, intake: arriving, sent: sentIn(request), channel: source.name, sender }),
      )
    },
  )

  async function requireSignature(request: FastifyRequest, by: { readonly sender: string; readonly secret: string }) {
    const now = Date.parse(await clock(db))
    const push = signedPush({
      header: request.headers[SIGNATURE_HEADER],
      body: bodyIn(request),
      secret: by.secret,
      now,
    })
    if (push.kind === 'refused') throw refusal('not_authenticated', push.reason)
    if (!(await spendNonce(db, by.sender, push.nonce)))
      throw refusal('not_authenticated', 'This push came before: its nonce is spent')
  }

  await app.register(snsRoute, receiving)
}

const snsRoute: FastifyPluginAsyncTypebox<Receiving> = async (app, receiving) => {
  const { db, arriving, answer, log, pushing = nobody } = receiving
  const sns = createSns(pushing.sns)
  const schema = {
    ...open,
    summary: 'Messages of an SNS topic',
    description: 'Confirms the subscription of a topic that CORDON_SNS_TOPICS names, and takes in what it sends.',
  }
  app.post(
    '/api/findings/sns',
    { schema, bodyLimit: SNS_BODY_LIMIT },
    async (request, reply): Promise<FastifyReply> => {
      const message = await sns.opened(sentIn(request), Date.parse(await clock(db)))
      const { Type: type, TopicArn: topic, Timestamp: sentAt } = message
      if (type !== 'Notification') {
        if (type === 'SubscriptionConfirmation') await sns.confirm(message)
        log.warn({ topic, type }, 'A topic begins or ends to send findings here')
        return answer(reply, topic, null)
      }
      const room = { db, intake: arriving, administrators: await administratorsOf(db) }
      const mail = { sent: message, source: pushSource(topic), channelAccount: topic.split(':')[4] ?? '', sentAt }
      return answer(reply, topic, await takeInMail(room, mail))
    },
  )
}
