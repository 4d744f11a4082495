import type { Answer, Refusal } from '#console/shell/ask.ts'
import { signVote, type VoteChallenge } from './webauthn.ts'

export interface Ballot {
  /** Where it needs a passkey: what that is to sign. */
  readonly challenge: (() => Promise<Answer<VoteChallenge>>) | null
  readonly vote: (body: object) => Promise<Answer<unknown>>
  /** Whether it goes unsigned where the challenge is refused so; it does not where this is left out. */
  readonly mayGoUnsigned?: (refusal: Refusal) => boolean
}

/** Sends a vote, signed where that is asked for. Throws when nobody touched an authenticator. */
export const castVote = (ballot: Ballot, decision: string, reason: string): Promise<Answer<unknown>> =>
  sendSigned(ballot, { decision, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })

/** The same of any wish that a passkey signs. */
export async function sendSigned({ challenge, vote, mayGoUnsigned }: Ballot, body: object): Promise<Answer<unknown>> {
  if (challenge === null) return vote(body)
  const asked = await challenge()
  if (asked.ok) return vote({ ...body, assertion: await signVote(asked.value) })
  return mayGoUnsigned?.(asked.refusal) === true ? vote(body) : asked
}
