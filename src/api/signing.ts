import { refusal } from '#store/database/refusal'
import { countingPasskey, passkeysOf } from '#store/people/passkeys'
import { CHALLENGE_MS, type ChallengeUse, makeChallenge } from '#store/votes/challenges'
import type { Proven } from '#store/votes/proofs'
import type { ApiDeps } from './deps.ts'
import { partyOf, proven, type Signed } from './passkeys.ts'
import type { VoteAssertion } from './schemas/plan.ts'

type Deps = Pick<ApiDeps, 'db' | 'publicUrl'>

/** What the person’s authenticator signs, with a nonce for this use alone. Throws `passkey_missing` when none of theirs counts. */
export async function askToSign(
  { db, publicUrl }: Deps,
  use: ChallengeUse,
  challengeOf: (nonce: string) => Signed['challenge'],
) {
  const party = partyOf(publicUrl)
  const passkeys = (await passkeysOf(db, use.person)).filter(({ confirmed_at }) => confirmed_at !== null)
  if (passkeys.length === 0)
    throw refusal('passkey_missing', 'You have no passkey that counts: enrol one and have a second person confirm it')
  const nonce = await makeChallenge(db, use)
  return {
    nonce,
    challenge: challengeOf(nonce),
    rpId: party.id,
    passkeys: passkeys.map(({ id, transports }) => ({ id, transports })),
    timeoutMs: CHALLENGE_MS,
  }
}

export interface Answered {
  readonly person: string
  readonly assertion: VoteAssertion
  readonly challenge: string
}

/** The proof in what an authenticator answered. Throws `passkey_missing` when the passkey is not the person’s, or signed something else. */
export async function proofOf({ db, publicUrl }: Deps, { person, ...signed }: Answered): Promise<Proven> {
  const passkey = await countingPasskey(db, person, signed.assertion.id)
  if (passkey === undefined) throw refusal('passkey_missing', 'This passkey is not yours, or does not count')
  return proven(partyOf(publicUrl), { ...signed, passkey })
}
