import Type, { type Static } from 'typebox'
import { findingClasses } from '#store/findings/accounting'
import { Cursor, Limit, orNull, Time } from './parts.ts'

const FindingRow = Type.Object({
  id: Type.String(),
  source: orNull(Type.String()),
  version: orNull(Type.String()),
  type: orNull(Type.String()),
  title: orNull(Type.String()),
  account: orNull(Type.String()),
  region: orNull(Type.String()),
  severity: orNull(Type.Number()),
  state: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')]),
  answer: orNull(
    Type.Enum([...findingClasses], { description: 'How it is answered now; null for what Cordon itself tells' }),
  ),
  incident: orNull(Type.String()),
  reason: orNull(Type.String()),
  receivedAt: Time,
})
export type FindingRow = Static<typeof FindingRow>

export const FoundFindings = Type.Object({ findings: Type.Array(FindingRow), next: orNull(Type.String()) })
export type FoundFindings = Static<typeof FoundFindings>

/** As `listFindings` writes it: a time to the microsecond, and what was received then. */
const FindingCursor = Type.String({
  maxLength: 1024,
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6} .',
  description: '`next` of the page before',
})

export const FindingQuery = Type.Object(
  {
    state: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')])),
    incident: Type.Optional(Type.String()),
    account: Type.Optional(Type.String({ maxLength: 64 })),
    answer: Type.Optional(Type.Enum([...findingClasses], { description: 'How it is answered now' })),
    q: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'A part of its id, type, title or account, or of why it is quarantined',
      }),
    ),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(FindingCursor),
  },
  { additionalProperties: false },
)

const Version = Type.Object({
  updatedAt: Type.String(),
  count: Type.Integer(),
  digest: Type.String(),
  channel: Type.String({ description: 'How it came' }),
  receivedAt: Time,
  finding: Type.Unknown({ description: 'As Cordon reads it' }),
  raw: Type.Unknown({ description: 'As it came' }),
})

/** One finding with its versions, or what was quarantined under the id. */
export const FindingDetail = Type.Object({
  id: Type.String(),
  key: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  version: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  account: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  severity: Type.Optional(Type.Number()),
  state: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')]),
  incident: orNull(Type.String()),
  reason: orNull(Type.String()),
  channel: Type.Optional(Type.String()),
  receivedAt: Time,
  finding: Type.Optional(Type.Unknown({ description: 'Its latest version, as Cordon reads it' })),
  raw: Type.Optional(Type.Unknown({ description: 'What was quarantined, as JSON text' })),
  versions: Type.Array(Version),
})
export type FindingDetail = Static<typeof FindingDetail>

const Row = {
  id: Type.String(),
  reason: Type.String(),
  channel: Type.String({ description: 'How it came' }),
  receivedAt: Time,
  readAt: orNull(Time),
  finding: orNull(Type.String({ description: 'The key of the finding that it was, once it could be read' })),
}

export const QuarantineQuery = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
)
export const Quarantine = Type.Object({ quarantined: Type.Array(Type.Object(Row)), next: orNull(Type.String()) })
export type Quarantine = Static<typeof Quarantine>
export const QuarantinedOne = Type.Object({ ...Row, raw: Type.String() })
export type QuarantinedOne = Static<typeof QuarantinedOne>

export const Retried = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('accepted'), Type.Literal('quarantined')]),
  reason: orNull(Type.String({ description: 'Why it still cannot be read' })),
  finding: orNull(Type.String()),
  incident: orNull(Type.String()),
})
export type Retried = Static<typeof Retried>
