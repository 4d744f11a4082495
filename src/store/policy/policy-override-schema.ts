import Type, { type Static } from 'typebox'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { tiers } from '#domain/policy'
import {
  account,
  actionList,
  closed,
  duration,
  fullBudget,
  ladder,
  mode,
  UNIT,
  weekTime,
} from './policy-schema-parts.ts'

const list = <T extends Type.TSchema>(of: T, description: string) =>
  Type.Optional(Type.Array(of, { minItems: 1, description }))

const conditions = Type.Object(
  {
    accounts: list(account, 'One of these accounts'),
    units: list(
      Type.String({ pattern: UNIT }),
      'Paths of organizational units, such as /workloads/production, with * for any text',
    ),
    environment: Type.Optional(Type.Enum(['production', 'nonproduction'])),
    actions: list(Type.Enum(Object.keys(catalogue) as ActionName[]), 'One of these actions of the catalogue'),
    when: list(weekTime, 'During one of these times'),
    names: list(
      Type.String({ minLength: 1 }),
      'The name of the target, with *. Whoever works in the account can set it: the rule only tightens',
    ),
    tags: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.String(), {
        minProperties: 1,
        description:
          'Tags of the target, values with *; each must be there. Whoever works in the account can set them: the rule only tightens',
      }),
    ),
    severity: Type.Optional(
      Type.Union([Type.Enum(['low', 'medium', 'high', 'critical']), Type.Number({ minimum: 0, maximum: 10 })], {
        description: 'From this severity of the incident on. A finding claims it: the rule only tightens',
      }),
    ),
  },
  { ...closed, description: 'What the rule is for: all of it must hold. Empty: everything' },
)

const settings = Type.Object(
  {
    tier: Type.Optional(Type.Enum([...tiers], { description: 'At least this tier; never below the catalogue’s' })),
    quorum: Type.Optional(
      Type.Object(
        {
          required: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
          groups: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              maxItems: 10,
              description: 'Groups: one approval must come from each, of different people',
            }),
          ),
        },
        { ...closed, minProperties: 1 },
      ),
    ),
    clocks: Type.Optional(
      Type.Object(
        { decideBy: Type.Optional(duration), runBy: Type.Optional(duration) },
        { ...closed, minProperties: 1 },
      ),
    ),
    mode: Type.Optional(mode),
    budgets: Type.Optional(
      Type.Object(
        {
          automatic: Type.Optional(Type.Object(fullBudget, closed)),
          approved: Type.Optional(Type.Object(fullBudget, closed)),
        },
        { ...closed, minProperties: 1 },
      ),
    ),
    changeWindows: list(weekTime, 'Changes run during one of these times, and wait at others'),
    onTimeout: Type.Optional(actionList),
    ladder: Type.Optional(ladder),
  },
  { ...closed, minProperties: 1, description: 'What the rule sets there' },
)

/** A rule of the policy. */
export const overrideSchema = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, description: 'For whoever reads it' })),
    for: conditions,
    set: settings,
  },
  closed,
)

export type OverrideFile = Static<typeof overrideSchema>
