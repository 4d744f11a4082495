import Type, { type Static } from 'typebox'
import { appealKinds, appealStatuses } from '#domain/appeal'
import { orNull, Time } from './parts.ts'

const words = Type.String({ minLength: 1, maxLength: 2000 })
const name = Type.String({ minLength: 1, maxLength: 128 })

export const NewHelp = Type.Object(
  { of: Type.String({ ...name, description: 'A person’s id, or a group' }), reason: words },
  { additionalProperties: false },
)
export const NewHandOver = Type.Object(
  { to: Type.String({ ...name, description: 'A person’s id' }), note: words },
  { additionalProperties: false },
)
export const HandedOver = Type.Object({
  incidents: Type.Array(Type.String(), { description: 'About which the other person is asked now' }),
})
export type HandedOver = Static<typeof HandedOver>
export const ReadMentions = Type.Object(
  { comments: Type.Array(Type.String(), { minItems: 1, maxItems: 100 }) },
  { additionalProperties: false },
)

const kind = Type.Enum([...appealKinds])

export const Appeal = Type.Object({
  id: Type.String(),
  kind,
  of: Type.String({ description: 'Who was asked: a person’s id, or a group' }),
  people: Type.Array(Type.String(), { description: 'Who was paged by name' }),
  reason: Type.String(),
  by: Type.String(),
  status: Type.Enum([...appealStatuses], {
    description:
      'unanswered: nobody took the incident over in time, and the ladder is climbed; kept: it is not handed over any more; ended: it was closed first',
  }),
  answeredBy: orNull(Type.String()),
  at: Time,
  endedAt: orNull(Time),
})

const about = { incident: Type.String(), title: Type.String(), by: Type.String(), at: Time }

/** What others say to one person. */
export const said = {
  appeals: Type.Array(Type.Object({ ...about, appeal: Type.String(), kind, reason: Type.String() }), {
    description: 'What others ask of you and nobody answered: acknowledge the incident',
  }),
  mentions: Type.Array(Type.Object({ ...about, comment: Type.String(), text: Type.String() }), {
    description: 'Comments that name you and that you have not read, the newest first',
  }),
}
