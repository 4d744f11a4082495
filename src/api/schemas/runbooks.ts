import Type, { type Static } from 'typebox'
import { tiers } from '#domain/policy'
import { orNull, Time } from './parts.ts'

const Permissions = Type.Array(Type.String())

const Action = Type.Object({
  name: Type.String(),
  title: Type.String(),
  phase: Type.String(),
  target: Type.String(),
  tier: Type.Enum([...tiers]),
  reversible: Type.Boolean(),
  changes: Type.Array(Type.String(), { description: 'IAM permissions with which it changes the account' }),
  reads: Permissions,
})

export const Runbooks = Type.Object({
  build: orNull(Type.Object({ id: Type.String(), activatedAt: Time })),
  runbooks: Type.Array(
    Type.Object(
      {
        id: Type.String(),
        title: orNull(Type.String()),
        handles: Type.Array(Type.String(), { description: 'Finding types; a trailing * stands for anything' }),
        actions: Type.Array(Action, { description: 'Those that its file names' }),
        author: orNull(
          Type.Object(
            { email: Type.String(), person: orNull(Type.String()) },
            { description: 'Who changed it last, and so has no vote on its plans' },
          ),
        ),
        incidents: Type.Integer(),
        lastAt: orNull(Time),
      },
      { description: 'The first that handles a finding’s type responds' },
    ),
  ),
})
export type Runbooks = Static<typeof Runbooks>
