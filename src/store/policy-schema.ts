import Type, { type Static } from 'typebox'
import { channels } from '#domain/channels'
import { scopes } from '#domain/policy'

const closed = { additionalProperties: false } as const

/** Text that is a duration. */
export const DURATION = '^[0-9]{1,9}(ms|s|m|h|d)$'
/** Text that is an AWS account id. */
export const ACCOUNT = '^[0-9]{12}$'

const duration = Type.String({
  pattern: DURATION,
  description: 'A duration: 500ms, 5s, 30m, 4h or 2d',
})
const account = Type.String({ pattern: ACCOUNT, description: 'An AWS account id' })
const mode = Type.Enum(['observe', 'recommend', 'approve', 'automatic'])

const people = (least: number) => Type.Optional(Type.Integer({ minimum: least, maximum: 20 }))

// Reversible changes and worse never run without a person.
const quorum = Type.Object({ R0: people(0), R1: people(0), R2: people(1), R3: people(1) }, closed)

const passkeyTiers = Type.Optional(Type.Array(Type.Enum(['R0', 'R1', 'R2', 'R3']), { maxItems: 4 }))

const budget = Type.Object(
  { assets: Type.Optional(Type.Integer({ minimum: 0 })), per: Type.Optional(duration) },
  closed,
)

/** The policy file; every key is optional. */
export const policyFileSchema = Type.Object(
  {
    clocks: Type.Optional(Type.Object({ decideBy: Type.Optional(duration), runBy: Type.Optional(duration) }, closed)),
    verify: Type.Optional(
      Type.Object(
        { after: Type.Optional(Type.Array(duration, { minItems: 1, maxItems: 20 })), watch: Type.Optional(duration) },
        closed,
      ),
    ),
    quorum: Type.Optional(
      Type.Object({ production: Type.Optional(quorum), nonproduction: Type.Optional(quorum) }, closed),
    ),
    passkeyFor: Type.Optional(
      Type.Object(
        { production: passkeyTiers, nonproduction: passkeyTiers },
        { ...closed, description: 'The tiers whose votes need a passkey, by the environment of the account' },
      ),
    ),
    untrackWindow: Type.Optional(
      Type.Enum([...scopes], {
        description:
          'Where cutting the EC2 connections that are tracked may open the instance for a moment; elsewhere they live on until they are idle',
      }),
    ),
    volatileCapture: Type.Optional(
      Type.Enum([...scopes], {
        description: 'Where an instance may be asked, before it is cut off, for what its disks do not keep',
      }),
    ),
    ladder: Type.Optional(
      Type.Array(
        Type.Object(
          {
            level: Type.Integer({ minimum: 1 }),
            people: Type.Array(Type.String(), { minItems: 1 }),
            wait: duration,
            channels: Type.Optional(
              Type.Array(Type.Enum([...channels]), {
                minItems: 1,
                description: 'The channels that this level prefers, in order; every one that is set up when left out',
              }),
            ),
          },
          closed,
        ),
      ),
    ),
    repeat: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'How often the ladder begins again while nobody answers' }),
    ),
    failOver: Type.Optional(
      Type.String({
        pattern: DURATION,
        description: 'How long the preferred channels of a page are tried before the others get it, 5m at most',
      }),
    ),
    budgets: Type.Optional(
      Type.Object(
        {
          automatic: Type.Optional(budget),
          approved: Type.Optional(budget),
          wideAbove: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        closed,
      ),
    ),
    protected: Type.Optional(
      Type.Array(
        Type.Object(
          {
            account: Type.Optional(account),
            name: Type.String({ minLength: 1 }),
            instructions: Type.String({ minLength: 1 }),
          },
          closed,
        ),
      ),
    ),
    mode: Type.Optional(
      Type.Object(
        { default: Type.Optional(mode), accounts: Type.Optional(Type.Record(account, mode, closed)) },
        closed,
      ),
    ),
  },
  closed,
)

export type PolicyFile = Static<typeof policyFileSchema>
