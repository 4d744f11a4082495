import Type, { type Static } from 'typebox'
import { PERSON_ID } from '#domain/first-people'
import { roles } from '#domain/votes'
import { orNull, Time } from './parts.ts'

export const PersonId = Type.String({ pattern: PERSON_ID, description: 'Small letters, digits, dots and hyphens' })
const Name = Type.String({ minLength: 1, maxLength: 128 })
const Roles = Type.Array(Type.Enum([...roles]), { minItems: 1, maxItems: roles.length, uniqueItems: true })
const Groups = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 16, uniqueItems: true })
const Email = Type.String({ pattern: '^[^@\\s]{1,64}@[^@\\s]{1,255}$', maxLength: 320 })
const closed = { additionalProperties: false } as const

export const NewPerson = Type.Object(
  { id: PersonId, name: Name, roles: Roles, groups: Groups, email: Type.Optional(Email) },
  closed,
)
export const PersonEdit = Type.Object(
  {
    name: Type.Optional(Name),
    roles: Type.Optional(Roles),
    groups: Type.Optional(Groups),
    email: Type.Optional(orNull(Email)),
  },
  closed,
)
export type PersonEdit = Static<typeof PersonEdit>

const PersonView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(Type.String()),
  groups: Type.Array(Type.String()),
  email: orNull(Type.String()),
  passkeys: Type.Integer({ description: 'How many count; two are recommended to approvers' }),
})
export const PeopleList = Type.Object({ people: Type.Array(PersonView) })
export type PeopleList = Static<typeof PeopleList>

export const ChangeView = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  person: Type.String(),
  wish: Type.Unknown(),
  proposer: Type.String(),
  proposedAt: Time,
  expiresAt: Time,
})
export const ChangeList = Type.Object({ changes: Type.Array(ChangeView) })
export type ChangeList = Static<typeof ChangeList>

/** What came of a wish: it is done, or waits for a second person. */
export const Outcome = Type.Object({
  person: Type.String(),
  change: orNull(ChangeView),
  setUp: orNull(
    Type.String({ description: 'The link with which the person sets a password, once and within an hour' }),
  ),
})
export type Outcome = Static<typeof Outcome>

export const PersonParams = Type.Object({ person: Type.String() })
export const ChangeParams = Type.Object({ change: Type.String() })
