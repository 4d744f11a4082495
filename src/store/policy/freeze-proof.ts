import type { SignInKind } from '#domain/api-token'
import type { FreezeOrder } from '#domain/freeze'
import { asksAnyPasskey } from '#domain/policy'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { passkeysOf } from '#store/people/passkeys'
import type { ChallengeUse } from '#store/votes/challenges'
import { type Proven, spendProof } from '#store/votes/proofs'
import { policyInForce, policyOf } from './policies.ts'

/** What somebody wants of the kill switch, and how they came. */
export interface FreezeWish {
  /** An account, or null for all. */
  readonly account: string | null
  readonly person: Person
  /** The hash of the sign-in’s token. */
  readonly session: string
  readonly kind: SignInKind
  /** What their passkey signed, checked by the api. */
  readonly proof?: Proven
}

/** Whether the policy in force asks for passkeys at all. */
export async function areFreezesSigned(db: Database | Tx): Promise<boolean> {
  const digest = await policyInForce(db)
  return digest !== undefined && asksAnyPasskey(await policyOf(db, digest))
}

/**
 * By what the start of a freeze is proven, for its event; null where policy asks for nothing. Whoever has a passkey uses it, and whoever has none freezes
 * all the same. Throws `passkey_missing`.
 */
export async function proveStart(tx: Tx, wish: FreezeWish): Promise<string | null> {
  if (wish.proof !== undefined) return signed(tx, wish, 'start')
  if (!(await areFreezesSigned(tx))) return null
  if (wish.kind === 'api-token') return 'By an API token, without a passkey'
  const counting = (await passkeysOf(tx, wish.person.id)).filter(({ confirmed_at }) => confirmed_at !== null)
  if (counting.length === 0) return 'Without a passkey: they have none that counts'
  throw refusal('passkey_missing', 'You have a passkey: freeze on the page /freeze, or let somebody without one do it')
}

/** The same of the wish to lift one, which is never taken without. Throws `passkey_missing`. */
export async function proveLift(tx: Tx, wish: FreezeWish): Promise<string | null> {
  if (wish.proof !== undefined) return signed(tx, wish, 'lift')
  if (!(await areFreezesSigned(tx))) return null
  throw refusal(
    'passkey_missing',
    'Policy asks for your passkey to lift a freeze: ask for the lift on the page /freeze',
  )
}

async function signed(tx: Tx, { proof, ...wish }: FreezeWish, order: FreezeOrder): Promise<string | null> {
  if (proof !== undefined) await spendProof(tx, proof, freezeUse(wish, order))
  return 'Signed by their passkey'
}

/** For what the challenge of a freeze is made, and used. */
export const freezeUse = (
  { person, session, account }: Pick<FreezeWish, 'person' | 'session' | 'account'>,
  decision: FreezeOrder,
): ChallengeUse => ({
  purpose: 'freeze',
  person: person.id,
  session,
  decision,
  ...(account === null ? {} : { account }),
})
