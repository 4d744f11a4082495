import Type, { type Static } from 'typebox'
import { tokenScopes } from '#domain/api-token'
import { LONGEST_DELEGATION_MS } from '#domain/delegation'
import { orNull, Time } from './parts.ts'

const MINUTE_MS = 60_000
const LONGEST_DAYS = 366

export const NewDelegation = Type.Object(
  {
    to: Type.String({ minLength: 1, maxLength: 128, description: 'Who stands for you; they are an approver already' }),
    minutes: Type.Integer({ minimum: 1, maximum: LONGEST_DELEGATION_MS / MINUTE_MS }),
  },
  { additionalProperties: false },
)

export const DelegationView = Type.Object({
  id: Type.String(),
  from: Type.String(),
  to: Type.String(),
  startsAt: Time,
  endsAt: Time,
})

export const DelegationList = Type.Object({ delegations: Type.Array(DelegationView) })
export type DelegationList = Static<typeof DelegationList>

export const NewToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    scopes: Type.Array(Type.Enum([...tokenScopes]), { minItems: 1, uniqueItems: true }),
    sources: Type.Array(Type.String({ minLength: 2, maxLength: 64 }), {
      minItems: 1,
      maxItems: 32,
      description: 'Addresses and ranges that it may come from: 10.0.0.0/8, 2001:db8::/32',
    }),
    days: Type.Integer({ minimum: 1, maximum: LONGEST_DAYS }),
  },
  { additionalProperties: false },
)

export const TokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  person: Type.String(),
  scopes: Type.Array(Type.String()),
  sources: Type.Array(Type.String()),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: orNull(Time),
})

export const TokenList = Type.Object({ tokens: Type.Array(TokenView) })
export type TokenList = Static<typeof TokenList>
export const MadeToken = Type.Object({ token: Type.String(), ...TokenView.properties })
export type MadeToken = Static<typeof MadeToken>

const SessionView = Type.Object({
  id: Type.String(),
  person: Type.String(),
  means: Type.String(),
  address: orNull(Type.String()),
  since: Time,
  expiresAt: Time,
  isThis: Type.Boolean({ description: 'Whether the request came by it' }),
})

export const SessionList = Type.Object({ sessions: Type.Array(SessionView) })
export type SessionList = Static<typeof SessionList>

export const PasskeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  addedAt: Time,
  confirmedAt: orNull(Time),
  lastUsedAt: orNull(Time),
})
export const PasskeyList = Type.Object({
  passkeys: Type.Array(PasskeyView),
  recommended: Type.Integer({ description: 'How many a person should have, so that a lost one locks nobody out' }),
})

export type PasskeyList = Static<typeof PasskeyList>
