import { useSignal } from '@preact/signals'
import { type Answer, readMe } from '#console/shell/ask.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { castVote } from './cast-vote.ts'
import { Problem, useSending } from './sending.tsx'
import type { VoteChallenge } from './webauthn.ts'

export type Decision = keyof typeof texts.decisions

export interface VotingProps {
  readonly decisions: readonly Decision[]
  readonly asksPasskey: boolean
  /** Whether this decision needs a passkey. */
  readonly isSigned: (decision: Decision) => boolean
  readonly challenge: (decision: Decision) => Promise<Answer<VoteChallenge>>
  readonly vote: (body: object) => Promise<Answer<unknown>>
}

/** The words of an approver on what waits for them. Nothing is decided by looking: each button sends one vote. */
export function Voting(props: VotingProps) {
  const { value: me } = useReading(readMe)
  const reason = useSignal('')
  const sending = useSending()
  if (me.value?.person.roles.includes('approver') !== true) return null

  const cast = (decision: Decision) =>
    sending.send(() => {
      const challenge = props.isSigned(decision) ? () => props.challenge(decision) : null
      return castVote({ challenge, vote: props.vote }, decision, reason.value)
    })
  return (
    <section class="voting">
      <h2>{texts.yourVote}</h2>
      {props.asksPasskey && <p class="quiet">{texts.votesByPasskey}</p>}
      <label for="reason">{texts.reason}</label>
      <input id="reason" value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
      {props.decisions.map((decision) => (
        <button key={decision} type="button" disabled={sending.isBusy.value} onClick={() => void cast(decision)}>
          {texts.decisions[decision]}
        </button>
      ))}
      <Problem of={sending} />
    </section>
  )
}
