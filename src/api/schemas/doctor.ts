import Type, { type Static } from 'typebox'
import { orNull, Time } from './parts.ts'

export const Examination = Type.Object({
  ok: Type.Boolean(),
  at: { ...Time, description: 'The clock of the api’s machine' },
  checks: Type.Array(
    Type.Object({
      name: Type.String({ description: 'What was looked at; accounts and Regions follow after a slash' }),
      ok: Type.Boolean(),
      text: Type.String({ description: 'What was found; the cause when it is not well' }),
      next: orNull(Type.String({ description: 'One step, a command where there is one' })),
    }),
  ),
  notes: Type.Array(Type.String({ description: 'What could not be looked at' })),
})
export type Examination = Static<typeof Examination>
