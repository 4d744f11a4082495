import Type, { type Static } from 'typebox'
import { leaseStates } from '#domain/lease'
import { decisions } from '#domain/votes'
import { DURATION } from '#store/policy/policy-schema-parts'
import { orNull, Time } from './parts.ts'
import { TargetSchema } from './target.ts'

const State = Type.Record(Type.String(), Type.Unknown(), { description: 'Guard fields by name' })

const grant = {
  permissions: Type.Array(Type.String()),
  resource: Type.String(),
  condition: Type.Optional(Type.Unknown({ description: 'IAM’s condition, where the ARN cannot be exact' })),
}

const Call = Type.Object({
  operation: Type.String(),
  ...grant,
  grants: Type.Optional(Type.Array(Type.Object(grant), { description: 'What AWS checks for the call elsewhere' })),
  change: Type.Object({
    field: Type.String(),
    before: Type.Unknown(),
    after: Type.Unknown(),
    via: Type.Optional(Type.String({ description: 'A value that the field has for a moment on its way' })),
  }),
  made: Type.Array(
    Type.Object({
      operation: Type.String(),
      field: Type.String(),
      before: Type.Unknown(),
      after: Type.Unknown(),
      requestId: orNull(Type.String()),
      at: Type.String(),
    }),
  ),
})

export const PlanStepView = Type.Object({
  index: Type.Integer(),
  action: Type.String(),
  direction: Type.Union([Type.Literal('apply'), Type.Literal('revert')]),
  target: Type.Object({ kind: Type.String(), account: Type.String(), key: Type.String(), text: Type.String() }),
  region: Type.String(),
  status: Type.Union([
    Type.Literal('proposed'),
    Type.Literal('applied'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('skipped'),
  ]),
  text: Type.String(),
  before: State,
  after: State,
  reversible: Type.Boolean(),
  residual: Type.Array(Type.String()),
  calls: Type.Array(Call),
  outcome: Type.Unknown(),
  intendedAt: orNull(Time),
  endedAt: orNull(Time),
  verifiedAt: orNull(Time),
})

const Decision = Type.Enum([...decisions])

const Vote = Type.Object({
  person: Type.String(),
  decision: Decision,
  reason: orNull(Type.String()),
  at: Time,
})

const BreakGlass = Type.Object(
  {
    person: Type.String(),
    reason: Type.String(),
    at: Time,
    reviewBy: Time,
    reviewedBy: orNull(Type.String()),
    reviewedAt: orNull(Time),
    review: orNull(Type.String()),
  },
  { description: 'Who decided alone that the plan is carried out, and who reviewed that' },
)

const LeaseState = Type.Enum([...leaseStates], {
  description: 'ending within its warning time; ended calls people, and lifts nothing',
})

const Lease = Type.Object(
  {
    until: Time,
    renewedBy: orNull(Type.String()),
    renewedAt: orNull(Time),
    reason: orNull(Type.String()),
    isStanding: Type.Boolean({
      description: 'Whether the plan still holds something, and no later try of it holds in its place',
    }),
    longestMs: Type.Integer({ description: 'For so long it can be renewed' }),
    state: LeaseState,
  },
  { description: 'Until when what the plan contained holds before people must renew or release it' },
)

export const PlanView = Type.Object({
  hash: Type.String(),
  shortHash: Type.String({ description: 'A few characters that people compare' }),
  phrase: Type.String({ description: 'The same in words that people can say on the phone; pages carry it' }),
  incident: Type.String(),
  episode: Type.Integer(),
  revision: Type.Integer(),
  purpose: Type.String(),
  reason: Type.String(),
  kind: Type.Union([Type.Literal('contain'), Type.Literal('recover'), Type.Literal('undo')]),
  proposer: Type.String(),
  tier: Type.String(),
  status: Type.Union(
    (
      ['proposed', 'approved', 'denied', 'expired', 'superseded', 'executing', 'done', 'partial', 'failed'] as const
    ).map((status) => Type.Literal(status)),
  ),
  statusReason: orNull(Type.String()),
  steps: Type.Array(PlanStepView),
  quorum: Type.Object({
    required: Type.Integer(),
    groups: Type.Integer(),
    from: Type.Optional(Type.Array(Type.String(), { description: 'Groups of which each must approve' })),
    given: Type.Integer(),
    eligible: Type.Integer(),
  }),
  authors: Type.Array(Type.String(), { description: 'Who wrote the runbook, and so has no vote' }),
  asksPasskey: Type.Boolean({ description: 'Whether each vote needs a passkey of its person' }),
  votes: Type.Array(Vote),
  breakGlass: orNull(BreakGlass),
  lease: orNull(Lease),
  standingApproval: orNull(
    Type.Object(
      { change: Type.String(), title: Type.String(), status: Type.String(), votes: Type.Array(Vote) },
      { description: 'The change whose votes count as the quorum' },
    ),
  ),
  onTimeout: Type.Array(Type.Integer(), {
    description:
      'Indexes of the steps that policy and a standing approval have carried out when nobody decides by `decideBy`; none once it is decided',
  }),
  proposedAt: Time,
  decideBy: Time,
  approvedAt: orNull(Time),
  runBy: orNull(Time),
  closedAt: orNull(Time),
  runWithinMs: Type.Integer(),
  undoes: orNull(Type.String()),
  release: orNull(Type.String()),
  supersededBy: orNull(Type.String()),
  blastRadius: Type.Array(Type.String()),
  verifications: Type.Array(Type.Object({ round: Type.Integer(), at: Time, discrepancies: Type.Unknown() })),
})
export type PlanView = Static<typeof PlanView>

export const LeaseList = Type.Object({
  leases: Type.Array(
    Type.Object({
      plan: Type.String(),
      incident: Type.String(),
      title: Type.String({ description: 'Of the incident' }),
      isClosed: Type.Boolean({ description: 'Whether the incident is closed: then no task waits there' }),
      targets: Type.Array(Type.String()),
      until: Time,
      state: LeaseState,
      renewedBy: orNull(Type.String()),
    }),
  ),
  more: Type.Integer({ description: 'How many more there are' }),
})
export type LeaseList = Static<typeof LeaseList>

export const PlanList = Type.Object({ plans: Type.Array(PlanView) })

const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]{1,8192}$' })

/** What the browser answers to the challenge of a vote, or of a freeze. Source: WebAuthn, AuthenticationResponseJSON. */
export const VoteAssertion = Type.Object(
  {
    nonce: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'Of the challenge that was asked for' }),
    id: Base64Url,
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
  },
  { additionalProperties: false },
)
export type VoteAssertion = Static<typeof VoteAssertion>

export const NewVote = Type.Object(
  {
    decision: Decision,
    reason: Type.Optional(orNull(Type.String({ maxLength: 4096 }))),
    assertion: Type.Optional(VoteAssertion),
  },
  { additionalProperties: false },
)

const sentence = Type.String({ minLength: 10, maxLength: 4096, description: 'A sentence that others will read' })
export const NewBreakGlass = Type.Object({ reason: sentence }, { additionalProperties: false })
export const NewReview = Type.Object({ review: sentence }, { additionalProperties: false })
export const NewRenewal = Type.Object(
  {
    for: Type.String({ pattern: DURATION, description: 'A duration: 4h or 3d' }),
    reason: Type.String({ minLength: 1, maxLength: 4096 }),
  },
  { additionalProperties: false },
)
export const VoteWish = Type.Object({ decision: NewVote.properties.decision }, { additionalProperties: false })

export const VoteChallenge = Type.Object({
  nonce: Type.String(),
  challenge: Type.String(),
  rpId: Type.String(),
  passkeys: Type.Array(Type.Object({ id: Type.String(), transports: Type.Array(Type.String()) })),
  timeoutMs: Type.Integer(),
})

const reason = Type.String({ minLength: 1, maxLength: 4096 })

const Undo = Type.Object(
  {
    undo: Type.String({ minLength: 1 }),
    reason,
    release: Type.Optional(
      Type.Union([
        Type.Literal('false-positive'),
        Type.Literal('rotated'),
        Type.Literal('rebuilt'),
        Type.Literal('accepted-risk'),
      ]),
    ),
  },
  { additionalProperties: false },
)
const ByHand = Type.Object(
  {
    purpose: Type.Union([Type.Literal('contain'), Type.Literal('recover')]),
    reason,
    steps: Type.Array(
      Type.Object({
        action: Type.String(),
        target: TargetSchema,
        parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
)

export const NewPlanBody = Type.Union([Undo, ByHand])
export type NewPlan = Static<typeof NewPlanBody>

export const WaitingRequest = Type.Object({
  request: Type.String(),
  incident: Type.String(),
  plan: Type.Null(),
  reopened: Type.Boolean(),
})
