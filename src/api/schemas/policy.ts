import Type, { type Static } from 'typebox'
import { changeDecisions, changeStatuses } from '#domain/change'
import type { Policy } from '#domain/policy'
import { MOST_ASSETS } from '#domain/standing-approval'
import { orNull, Time } from './parts.ts'
import { VoteAssertion } from './plan.ts'

const reason = Type.Optional(orNull(Type.String({ maxLength: 4096 })))

export const PolicyView = Type.Object({
  digest: Type.String(),
  version: Type.Integer(),
  at: Time,
  change: orNull(Type.String({ description: 'The change by which it came into force' })),
  source: Type.String({ description: 'Its YAML' }),
  policy: Type.Unknown({ description: 'What it means, with everything that the YAML leaves out' }),
})

export const PolicyVersions = Type.Object({
  versions: Type.Array(
    Type.Object({ version: Type.Integer(), digest: Type.String(), change: orNull(Type.String()), at: Time }),
  ),
})

/** What it means is described where it is decided. */
export type PolicyView = Omit<Static<typeof PolicyView>, 'policy'> & { readonly policy: Policy }
export type PolicyVersions = Static<typeof PolicyVersions>

export const VersionParams = Type.Object({ version: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }) })

const Difference = Type.Object({
  path: Type.String(),
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
})

export const PolicyVersionView = Type.Object({
  version: Type.Integer(),
  digest: Type.String(),
  change: orNull(Type.String()),
  at: Time,
  source: Type.String({ description: 'Its YAML' }),
  differences: Type.Array(Difference, { description: 'From the version before' }),
})

export type PolicyVersionView = Static<typeof PolicyVersionView>

export const NewPolicy = Type.Object(
  { source: Type.String({ minLength: 1, maxLength: 500_000, description: 'The policy’s YAML' }), reason },
  { additionalProperties: false },
)

export const ExplainQuery = Type.Object(
  {
    account: Type.String({ pattern: '^[0-9]{12}$' }),
    action: Type.String({ minLength: 1 }),
    target: Type.Optional(Type.String({ maxLength: 1024, description: 'The target’s name' })),
    tag: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description: 'A tag of the target, key=value; may repeat',
      }),
    ),
    severity: Type.Optional(Type.String({ pattern: '^(low|medium|high|critical|10|[0-9]([.][0-9]+)?)$' })),
    at: Type.Optional(Type.String({ format: 'date-time' })),
  },
  { additionalProperties: false },
)

const line = orNull(Type.Integer({ description: 'The line of the YAML that decided; null where none says it' }))
const said = { by: Type.String({ description: 'The entry that decided' }), line } as const

export const Explanation = Type.Object({
  policy: Type.String(),
  version: Type.Integer(),
  account: Type.String(),
  isAccountKnown: Type.Boolean(),
  unit: orNull(Type.String()),
  environment: Type.String(),
  action: Type.String(),
  target: Type.String(),
  severity: Type.Number(),
  at: Time,
  line,
  mode: Type.Object({ value: Type.String(), ...said }),
  tier: Type.Object({ value: Type.String(), ...said }),
  quorum: Type.Object({
    value: Type.Object({ required: Type.Integer(), groups: Type.Integer(), from: Type.Array(Type.String()) }),
    ...said,
  }),
  clocks: Type.Object({ value: Type.Object({ decideByMs: Type.Integer(), runByMs: Type.Integer() }), ...said }),
  protected: orNull(Type.Object({ value: Type.String(), instructions: Type.String(), ...said })),
})

export type Explanation = Static<typeof Explanation>

const ChangeRow = {
  id: Type.String(),
  kind: Type.String(),
  title: Type.String(),
  digest: Type.String({ description: 'What votes name' }),
  shortHash: Type.String(),
  phrase: Type.String(),
  status: Type.Enum([...changeStatuses]),
  statusReason: orNull(Type.String()),
  proposer: Type.String(),
  proposedAt: Time,
  decideBy: Time,
  closedAt: orNull(Time),
  quorum: Type.Object({
    required: Type.Integer(),
    groups: Type.Integer(),
    given: Type.Integer(),
    eligible: Type.Integer(),
  }),
  asksPasskey: Type.Boolean({ description: 'Whether an approval needs a passkey of its person' }),
  votes: Type.Array(
    Type.Object({
      person: Type.String(),
      decision: Type.Enum([...changeDecisions]),
      reason: orNull(Type.String()),
      at: Time,
    }),
  ),
} as const

export const ChangeList = Type.Object({ changes: Type.Array(Type.Object(ChangeRow)) })
export const ChangeView = Type.Object({
  ...ChangeRow,
  body: Type.Unknown(),
  differences: Type.Array(Difference),
  concerns: Type.Array(Type.String()),
})
export type ChangeView = Static<typeof ChangeView>

const account = Type.String({ pattern: '^[0-9]{12}$' })
const some = <T extends Type.TSchema>(of: T) => Type.Array(of, { minItems: 1, maxItems: 100 })

export const NewChange = Type.Object(
  {
    kind: Type.Literal('standing-approval'),
    title: Type.String({ minLength: 1, maxLength: 1024 }),
    body: Type.Object(
      {
        runbook: Type.String({ minLength: 1, description: 'Only plans of this runbook' }),
        actions: some(Type.String({ description: 'Actions of the catalogue that can be undone' })),
        accounts: Type.Optional(some(account)),
        units: Type.Optional(some(Type.String({ pattern: '^/.+' }))),
        environment: Type.Optional(Type.Enum(['production', 'nonproduction'])),
        assets: Type.Integer({ minimum: 1, maximum: MOST_ASSETS, description: 'Targets in a window' }),
        per: Type.String({ pattern: '^[0-9]{1,9}(ms|s|m|h|d)$', description: 'The window' }),
        expiresAt: Time,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

export const ChangeParams = Type.Object({ id: Type.String() })
export const ChangesQuery = Type.Object(
  { status: Type.Optional(Type.Enum([...changeStatuses])) },
  { additionalProperties: false },
)
export const NewChangeVote = Type.Object(
  {
    decision: Type.Enum([...changeDecisions]),
    reason,
    digest: Type.Optional(Type.String({ description: 'The digest that the voter has read: another one is refused' })),
    assertion: Type.Optional(VoteAssertion),
  },
  { additionalProperties: false },
)
export const ChangeVoteWish = Type.Object(
  { decision: Type.Enum([...changeDecisions]) },
  { additionalProperties: false },
)

export const Breakers = Type.Object({
  breakers: Type.Array(
    Type.Object({ id: Type.String(), account: Type.String(), openedAt: Time, reason: Type.String() }),
  ),
})
export type Breakers = Static<typeof Breakers>
