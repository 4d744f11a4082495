import { useSignal } from '@preact/signals'
import { type Answer, readMe } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { signVote, type VoteChallenge } from './webauthn.ts'

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
  const problem = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  if (me.value?.person.roles.includes('approver') !== true) return null

  async function cast(decision: Decision): Promise<void> {
    isBusy.value = true
    problem.value = null
    try {
      problem.value = await send(props, decision, reason.value)
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    }
    isBusy.value = false
    happened.value += 1
  }
  return (
    <section class="voting">
      <h2>{texts.yourVote}</h2>
      {props.asksPasskey && <p class="quiet">{texts.votesByPasskey}</p>}
      <label for="reason">{texts.reason}</label>
      <input id="reason" value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
      {props.decisions.map((decision) => (
        <button key={decision} type="button" disabled={isBusy.value} onClick={() => void cast(decision)}>
          {texts.decisions[decision]}
        </button>
      ))}
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </section>
  )
}

/** What is wrong, or null. */
async function send(
  { isSigned, challenge, vote }: VotingProps,
  decision: Decision,
  reason: string,
): Promise<string | null> {
  const said = reason.trim() === '' ? {} : { reason: reason.trim() }
  const body = { decision, ...said }
  if (!isSigned(decision)) return problemOf(await vote(body))
  const asked = await challenge(decision)
  if (!asked.ok) return asked.refusal.detail
  return problemOf(await vote({ ...body, assertion: await signVote(asked.value) }))
}

const problemOf = (answer: Answer<unknown>): string | null => (answer.ok ? null : answer.refusal.detail)
