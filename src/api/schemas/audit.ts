import Type, { type Static } from 'typebox'
import { eventTypes } from '#domain/events'
import { Limit, orNull, Time } from './parts.ts'

const EntryId = Type.String({ pattern: '^[1-9][0-9]{0,17}$' })

export const LogQuestion = Type.Object(
  {
    actor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'A person’s id, or runbook/…, cordon/…, detector/…' }),
    ),
    type: Type.Optional(Type.Enum([...new Set(eventTypes)])),
    incident: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'An incident’s id, or system for what is in none' }),
    ),
    from: Type.Optional(Time),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'Not included' })),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(EntryId),
  },
  { additionalProperties: false },
)

const event = {
  id: Type.Integer({ description: 'Its number in the log' }),
  stream: Type.String({ description: 'The incident’s id, or system' }),
  at: Time,
  type: Type.String(),
  actor: Type.String(),
  text: Type.String(),
  refs: Type.Record(Type.String(), Type.String()),
}

export const LogPage = Type.Object({ events: Type.Array(Type.Object(event)), next: orNull(Type.String()) })
export type LogPage = Static<typeof LogPage>

export const EntryParams = Type.Object({ id: EntryId })

export const LogEntry = Type.Object({
  ...event,
  seq: Type.Integer({ description: 'Its place in its stream, from 1, without gaps' }),
  entry: Type.String({ description: 'The canonical JSON that is hashed' }),
  hash: Type.String({ description: 'SHA-256 over a zero byte and the bytes of the entry, in hex' }),
  leaf: orNull(Type.Integer({ description: 'Its place in the tree, from 0' })),
  state: Type.Enum(['sealed', 'waiting', 'changed'], {
    description: 'changed: the tree was signed over other bytes than these',
  }),
  checkpoint: orNull(Type.Integer({ description: 'The size of the first signed checkpoint that covers it' })),
})
export type LogEntry = Static<typeof LogEntry>

export const SealState = Type.Object({
  checkpoint: orNull(
    Type.Object({
      size: Type.Integer(),
      root: Type.String({ description: 'In hex' }),
      note: Type.String({ description: 'The signed note, to be kept elsewhere' }),
      at: Time,
    }),
  ),
  waiting: Type.Integer({ description: 'Entries that the sealer has not taken in yet' }),
  waitingSince: orNull(Time),
})
export type SealState = Static<typeof SealState>
