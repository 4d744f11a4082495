import { useSignal } from '@preact/signals'
import { askForChallenge, type PlanView, readMe, vote } from './api.ts'
import { happened } from './live.ts'
import { useReading } from './read.ts'
import { texts } from './texts.ts'
import { signVote } from './webauthn.ts'

const decisions = ['approve', 'deny', 'hold'] as const
type Decision = (typeof decisions)[number]

/** The words of an approver on a plan that waits for them. Nothing is decided by looking: each button sends one vote. */
export function Voting({ plan }: { readonly plan: PlanView }) {
  const { value: me } = useReading(readMe)
  const reason = useSignal('')
  const problem = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  if (me.value?.person.roles.includes('approver') !== true) return null

  async function cast(decision: Decision): Promise<void> {
    isBusy.value = true
    problem.value = null
    try {
      problem.value = await send(plan, decision, reason.value)
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    }
    isBusy.value = false
    happened.value += 1
  }
  return (
    <section class="voting">
      <h2>{texts.yourVote}</h2>
      {plan.asksPasskey && <p class="quiet">{texts.votesByPasskey}</p>}
      <label for="reason">{texts.reason}</label>
      <input id="reason" value={reason.value} onInput={({ currentTarget }) => (reason.value = currentTarget.value)} />
      {decisions.map((decision) => (
        <button key={decision} type="button" disabled={isBusy.value} onClick={() => void cast(decision)}>
          {texts.decisions[decision]}
        </button>
      ))}
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </section>
  )
}

/** What is wrong, or null. */
async function send({ hash, asksPasskey }: PlanView, decision: Decision, reason: string): Promise<string | null> {
  const said = reason.trim() === '' ? {} : { reason: reason.trim() }
  const body = { decision, ...said }
  if (!asksPasskey) return problemOf(await vote(hash, body))
  const challenge = await askForChallenge(hash, decision)
  if (!challenge.ok) return challenge.refusal.detail
  return problemOf(await vote(hash, { ...body, assertion: await signVote(challenge.value) }))
}

const problemOf = (answer: Awaited<ReturnType<typeof vote>>): string | null =>
  answer.ok ? null : answer.refusal.detail
