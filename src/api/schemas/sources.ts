import Type, { type Static } from 'typebox'
import { orNull, Time } from './parts.ts'

const Source = Type.Object({
  name: Type.String(),
  kind: Type.String({ description: 'queue, guardduty, security-hub, security-hub-v2 or push' }),
  account: orNull(Type.String()),
  region: orNull(Type.String()),
  state: Type.String({ description: 'heard, silent (longer than it may be: an incident tells it), or unheard so far' }),
  heardAt: orNull(Time),
  findingAt: orNull(Time),
  heardAgo: orNull(Type.Number({ description: 'Seconds since the last finding or successful look' })),
  findingAgo: orNull(Type.Number({ description: 'Seconds since the last finding' })),
  silentAfterMs: orNull(Type.Integer({ description: 'null: nobody waits for it' })),
  problem: orNull(Type.String({ description: 'Why the last look failed, or that nothing detects there' })),
})

export const Sources = Type.Object({ sources: Type.Array(Source) })
export type Sources = Static<typeof Sources>
