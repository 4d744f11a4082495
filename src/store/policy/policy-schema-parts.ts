import Type from 'typebox'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { channels } from '#domain/channels'
import { modes } from '#domain/policy'
import { days } from '#domain/week-time'

export const closed = { additionalProperties: false } as const

/** Text that is a duration. */
export const DURATION = '^[0-9]{1,9}(ms|s|m|h|d)$'
/** Text that is an AWS account id. */
export const ACCOUNT = '^[0-9]{12}$'
/** Text that is the path of an organizational unit, with `*` for any text. */
export const UNIT = '^/.+'
/** Text that is a time of the day. */
export const CLOCK = '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$'
/** Text that is a date, or a date with a time. */
export const DATE = '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?$'

export const duration = Type.String({
  pattern: DURATION,
  description: 'A duration: 500ms, 5s, 30m, 4h or 2d',
})
export const account = Type.String({ pattern: ACCOUNT, description: 'An AWS account id' })
export const mode = Type.Enum([...modes])
export const actionList = Type.Array(Type.Enum(Object.keys(catalogue) as ActionName[]), {
  uniqueItems: true,
  description: 'Actions of the catalogue',
})
export const date = Type.String({ pattern: DATE, description: '2026-12-23, or 2026-12-23T18:00' })
export const zone = Type.String({ minLength: 1, description: 'An IANA time zone, such as Europe/Berlin' })

export const people = (least: number) => Type.Optional(Type.Integer({ minimum: least, maximum: 20 }))

export const budget = Type.Object(
  { assets: Type.Optional(Type.Integer({ minimum: 0 })), per: Type.Optional(duration) },
  closed,
)
export const fullBudget = { assets: Type.Integer({ minimum: 0 }), per: duration } as const

const clock = Type.String({ pattern: CLOCK, description: 'A time of the day: 08:30; 24:00 is its end' })
export const weekTime = Type.Object(
  { days: Type.Optional(Type.Array(Type.Enum([...days]), { minItems: 1 })), from: clock, to: clock, zone },
  {
    ...closed,
    description: 'A time of the week; without days every day. One over midnight belongs to the day on which it begins',
  },
)

export const ladder = Type.Array(
  Type.Object(
    {
      level: Type.Integer({ minimum: 1 }),
      people: Type.Array(Type.String(), { minItems: 1 }),
      wait: duration,
      channels: Type.Optional(
        Type.Array(Type.Enum([...channels]), {
          minItems: 1,
          description: 'The channels that this level prefers, in order; every one that is set up when left out',
        }),
      ),
    },
    closed,
  ),
)
