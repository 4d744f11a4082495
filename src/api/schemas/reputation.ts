import Type from 'typebox'
import { reputationFormats } from '#domain/reputation/indicator'
import { MOST_CHARACTERS } from '#domain/reputation/read-list'
import { Time } from './parts.ts'

const LIST = '^[a-z0-9][a-z0-9-]{0,62}$'

export const NewReputation = Type.Object(
  {
    name: Type.String({ pattern: LIST, description: 'What reasons cite; a further version has the same name' }),
    owner: Type.String({ minLength: 1, maxLength: 200, description: 'Who answers for it' }),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    until: Type.String({ format: 'date-time', description: 'Then it ends; within a year' }),
    format: Type.Enum([...reputationFormats]),
    source: Type.String({ minLength: 1, maxLength: MOST_CHARACTERS, description: 'The file' }),
  },
  { additionalProperties: false },
)

export const ImportedReputation = Type.Object({
  version: Type.Integer(),
  digest: Type.String(),
  indicators: Type.Integer({ description: 'How many addresses and names it has' }),
  skipped: Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() }), {
    description: 'What of the file is about something else',
  }),
})

export const ReputationLists = Type.Object({
  lists: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.Integer(),
      owner: Type.String(),
      reason: Type.String(),
      format: Type.String(),
      digest: Type.String(),
      indicators: Type.Integer(),
      person: Type.String({ description: 'Who imported it' }),
      until: Time,
      at: Time,
      isInForce: Type.Boolean(),
      findings: Type.Integer({ description: 'Of how many findings it said something' }),
    }),
  ),
})
