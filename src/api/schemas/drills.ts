import Type, { type Static } from 'typebox'
import { incidentStatuses } from '#domain/incident'
import { orNull, Time } from './parts.ts'

const Seconds = orNull(Type.Number({ description: 'Seconds from the start; null until then' }))

export const DrillRun = Type.Object({
  id: Type.String(),
  name: Type.String(),
  findingId: Type.String({ description: 'The first of its findings' }),
  findingIds: Type.Array(Type.String()),
  incident: orNull(Type.String()),
  person: Type.String(),
  at: Time,
  status: orNull(Type.Enum([...incidentStatuses], { description: 'Of its incident, now' })),
  containedAfter: Seconds,
  recoveredAfter: Seconds,
})
export type DrillRun = Static<typeof DrillRun>

export const Drills = Type.Object({
  areSimulated: Type.Boolean({ description: 'Whether drills can be played here: in simulated accounts only' }),
  drills: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      account: Type.String({ description: 'Where it is played unless another account is named' }),
    }),
  ),
  accounts: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: 'Simulated accounts in which a drill can be played',
  }),
  runs: Type.Array(DrillRun),
})
export type Drills = Static<typeof Drills>
