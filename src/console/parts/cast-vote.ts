import type { Answer } from '#console/shell/ask.ts'
import { signVote, type VoteChallenge } from './webauthn.ts'

export interface Ballot {
  /** Where the vote needs a passkey: what it is to sign. */
  readonly challenge: (() => Promise<Answer<VoteChallenge>>) | null
  readonly vote: (body: object) => Promise<Answer<unknown>>
}

/** Sends a vote, signed where that is asked for. Throws when nobody touched an authenticator. */
export async function castVote(
  { challenge, vote }: Ballot,
  decision: string,
  reason: string,
): Promise<Answer<unknown>> {
  const body = { decision, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) }
  if (challenge === null) return vote(body)
  const asked = await challenge()
  return asked.ok ? vote({ ...body, assertion: await signVote(asked.value) }) : asked
}
