import Type, { type Static } from 'typebox'
import { deliveryStatuses, pageClasses, pageStatuses } from '#domain/channels'
import { confidences } from '#domain/triage/assessment'
import { priorities } from '#domain/triage/priority'
import { Appeal, said } from './appeal.ts'
import { investigated } from './investigation.ts'
import { orNull, paging, Time } from './parts.ts'

const whom = Type.Array(Type.String(), { description: 'Ids of people, or `cordon`' })
const until = orNull(Time)

export const WaitingFor = Type.Union([
  Type.Object({ what: Type.Literal('votes'), plan: Type.String(), whom, until: Time }),
  Type.Object({ what: Type.Literal('execution'), plan: Type.String(), whom, until }),
  Type.Object({ what: Type.Literal('task'), text: Type.String(), whom, until }),
  Type.Object({ what: Type.Literal('cordon'), text: Type.String(), whom, until }),
])

export const IncidentRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  severity: Type.Number({ description: 'The detector’s number' }),
  band: Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high'), Type.Literal('critical')]),
  status: Type.Union([
    Type.Literal('open'),
    Type.Literal('contained'),
    Type.Literal('recovered'),
    Type.Literal('closed'),
  ]),
  phase: Type.Union([
    Type.Literal('prepare'),
    Type.Literal('triage'),
    Type.Literal('escalate'),
    Type.Literal('contain'),
    Type.Literal('recover'),
  ]),
  verdict: orNull(Type.String()),
  priority: orNull(Type.Enum([...priorities], { description: 'P1 is the most urgent; null before the first verdict' })),
  answerBy: orNull(
    Type.String({
      format: 'date-time',
      description: 'Until when a person has to give the verdict that the rules could not',
    }),
  ),
  account: Type.String(),
  accountName: orNull(Type.String()),
  region: Type.String(),
  findingTypes: Type.Array(Type.String()),
  waitingFor: orNull(WaitingFor),
  openedAt: Time,
  updatedAt: Time,
})
export type IncidentRow = Static<typeof IncidentRow>

export const IncidentList = Type.Object({ incidents: Type.Array(IncidentRow), next: orNull(Type.String()) })
export type IncidentList = Static<typeof IncidentList>

export const Waiting = Type.Object({
  approvals: Type.Array(
    Type.Object({
      plan: Type.String(),
      shortHash: Type.String(),
      reason: Type.String(),
      tier: Type.String(),
      until: Time,
      incident: IncidentRow,
    }),
    { description: 'Plans that wait for your vote, the nearest deadline first' },
  ),
  moreApprovals: Type.Integer({ description: 'How many more there are' }),
  mine: Type.Array(IncidentRow, {
    description: 'Open incidents that you acknowledged or claimed, or that have a task of yours; the most urgent first',
  }),
  moreMine: Type.Integer({ description: 'How many more there are' }),
  ...said,
})
export type Waiting = Static<typeof Waiting>

const Task = Type.Object({ id: Type.String(), text: Type.String(), whom, openedAt: Time, settledAt: orNull(Time) })
const Comment = Type.Object({ id: Type.String(), person: Type.String(), text: Type.String(), at: Time })
const Delivery = Type.Object({
  channel: Type.String({ description: '`console`, which is the record itself, or a channel outside' }),
  status: Type.Union(deliveryStatuses.map((status) => Type.Literal(status))),
  attempts: Type.Integer(),
  receipt: orNull(Type.String({ description: 'What the receiver said when it took the page' })),
  problem: orNull(Type.String({ description: 'Why the last attempt failed' })),
  at: Time,
})
const Page = Type.Object({
  id: Type.String({ description: 'The webhook-id of the page, and the beginning of its Message-ID' }),
  person: Type.String(),
  level: Type.Integer(),
  text: Type.String(),
  plan: orNull(Type.String({ description: 'The plan whose votes it is about' })),
  class: Type.Enum([...pageClasses], { description: 'A message is no call: it wakes nobody' }),
  status: Type.Union(
    pageStatuses.map((status) => Type.Literal(status)),
    {
      description:
        'recorded: in the console, and there is no other channel; unheard: no channel but the console took it',
    },
  ),
  sentAt: Time,
  deliveries: Type.Array(Delivery),
})
const Containment = Type.Object({
  plan: Type.String(),
  step: Type.Integer(),
  target: Type.String(),
  since: Time,
  releasedAt: orNull(Time),
  releaseReason: orNull(Type.String()),
  releasedBy: orNull(Type.String({ description: 'The plan that released it' })),
})

const Regrouping = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('merge'), Type.Literal('split')]),
  from: Type.String({ description: 'The incident whose findings moved' }),
  into: Type.String(),
  findings: Type.Integer({ description: 'How many moved' }),
  by: Type.String({ description: 'A person’s id, or `detector/…`' }),
  reason: orNull(Type.String()),
  at: Time,
  undoneBy: orNull(Type.String()),
  undoneAt: orNull(Time),
})

export const IncidentDetail = Type.Object({
  ...IncidentRow.properties,
  environment: orNull(Type.String()),
  episode: Type.Integer(),
  reasons: Type.Array(Type.String()),
  confidence: orNull(Type.Enum([...confidences])),
  priorityTerms: Type.Array(Type.Object({ points: Type.Integer(), text: Type.String() }), {
    description: 'Why it has its priority: whole numbers that are added',
  }),
  runbook: orNull(Type.String()),
  build: Type.String(),
  policy: Type.String(),
  acknowledgedBy: orNull(Type.String()),
  acknowledgedAt: orNull(Time),
  closureCode: orNull(Type.String()),
  lessons: orNull(Type.String()),
  closedAt: orNull(Time),
  mergedInto: orNull(Type.String({ description: 'Where its findings are; later ones about its entity go there too' })),
  related: Type.Array(Type.String(), {
    description: 'Other incidents about the same entity, or that it was split from',
  }),
  isSample: Type.Boolean({ description: 'Every finding of it is a sample of its detector' }),
  regroupings: Type.Array(Regrouping),
  tasks: Type.Array(Task),
  comments: Type.Array(Comment),
  ...investigated,
  containments: Type.Array(Containment),
  pages: Type.Array(Page),
  appeals: Type.Array(Appeal, { description: 'What people asked of others by name, oldest first' }),
})
export type IncidentDetail = Static<typeof IncidentDetail>

export const IncidentQuery = Type.Object(
  {
    status: Type.Optional(
      Type.String({ pattern: '^(open|contained|recovered|closed)(,(open|contained|recovered|closed))*$' }),
    ),
    severity: Type.Optional(
      Type.String({
        pattern: '^(low|medium|high|critical|[0-9]{1,2}(\\.[0-9]{1,3})?)$',
        description: 'A band, or the least number',
      }),
    ),
    account: Type.Optional(Type.String()),
    finding: Type.Optional(Type.String()),
    q: Type.Optional(Type.String({ maxLength: 200 })),
    priority: Type.Optional(Type.Enum([...priorities])),
    whom: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        description:
          'What waits for this person, or for `cordon`. A page may be shorter than `limit` then: go on while there is a `next`',
      }),
    ),
    sort: Type.Optional(
      Type.Enum(['newest', 'priority'], {
        description: 'newest (usual), or the most urgent first, with no verdict before everything',
      }),
    ),
    ...paging,
  },
  { additionalProperties: false },
)

export const TimelineEvent = Type.Object({
  id: Type.Integer({ description: 'Its number in the log; a stream’s Last-Event-ID' }),
  at: Time,
  type: Type.String(),
  actor: Type.String({ description: 'A person’s id, or `runbook/…`, `cordon/…`, `detector/…`' }),
  text: Type.String(),
  refs: Type.Record(Type.String(), Type.String()),
})
export type TimelineEvent = Static<typeof TimelineEvent>

export const Timeline = Type.Object({ events: Type.Array(TimelineEvent), next: orNull(Type.String()) })
export type Timeline = Static<typeof Timeline>

export const TimelineQuery = Type.Object(
  { limit: paging.limit, cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })) },
  { additionalProperties: false },
)

export const EvidenceList = Type.Object({
  evidence: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      question: Type.Unknown(),
      digest: Type.String(),
      answer: Type.Unknown(),
      collectedAt: Time,
    }),
  ),
})
export type EvidenceList = Static<typeof EvidenceList>

export const FindingList = Type.Object({
  beyond: Type.Integer({ description: 'How many more findings the incident has' }),
  findings: Type.Array(
    Type.Object({
      id: Type.String(),
      key: Type.String(),
      source: Type.String(),
      version: Type.String(),
      type: Type.String(),
      account: Type.String(),
      region: Type.String(),
      severity: Type.Number(),
      state: Type.Literal('accepted'),
      incident: Type.String(),
      receivedAt: Time,
      finding: Type.Unknown({ description: 'The finding as Cordon reads it' }),
    }),
  ),
})
export type FindingList = Static<typeof FindingList>

const text = Type.String({ minLength: 1, maxLength: 4096 })

export const NewComment = Type.Object({ text }, { additionalProperties: false })
export const NewSettlement = Type.Object(
  {
    how: Type.Union([Type.Literal('removed'), Type.Literal('kept'), Type.Literal('benign'), Type.Literal('done')]),
    reason: Type.Optional(text),
  },
  { additionalProperties: false },
)
export const Closing = Type.Object(
  {
    code: Type.Union([
      Type.Literal('resolved'),
      Type.Literal('false-positive'),
      Type.Literal('benign'),
      Type.Literal('accepted-risk'),
      Type.Literal('duplicate'),
    ]),
    lessons: Type.Optional(Type.String({ maxLength: 16_384 })),
  },
  { additionalProperties: false },
)
export const Reopening = orNull(Type.Object({ reason: Type.Optional(text) }, { additionalProperties: false }))
const reason = Type.Optional(text)
export const Merging = Type.Object({ into: Type.String(), reason }, { additionalProperties: false })
export const Splitting = Type.Object(
  {
    findings: Type.Array(Type.String(), {
      minItems: 1,
      maxItems: 500,
      uniqueItems: true,
      description: 'Their ids or keys',
    }),
    reason,
  },
  { additionalProperties: false },
)
export const UndoingRegrouping = orNull(Type.Object({ reason }, { additionalProperties: false }))
export const CommentAnswer = Comment
