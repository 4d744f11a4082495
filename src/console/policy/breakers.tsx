import { useSignal } from '@preact/signals'
import { Ago } from '#console/parts/ago.tsx'
import { readMe } from '#console/shell/ask.ts'
import { go } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type Breaker, closeBreaker, readBreakers } from './calls.ts'

const texts = all.policy
const closers = ['policy-admin', 'responder', 'approver']

/** Where Cordon may do nothing by itself any more. */
export function Breakers() {
  const { value } = useReading(readBreakers)
  const { value: me } = useReading(readMe)
  if (value.value === null) return null
  const { breakers } = value.value
  const mayClose = me.value?.person.roles.some((role) => closers.includes(role)) === true
  return (
    <>
      <h2>{texts.breakers}</h2>
      <p class="quiet">{breakers.length === 0 ? texts.noBreakers : texts.breakersHint}</p>
      {breakers.map((breaker) => (
        <Open key={breaker.id} breaker={breaker} mayClose={mayClose} />
      ))}
    </>
  )
}

function Open({ breaker, mayClose }: { readonly breaker: Breaker; readonly mayClose: boolean }) {
  const reason = useSignal('')
  const problem = useSignal<string | null>(null)
  const { id, account, openedAt } = breaker

  async function close(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await closeBreaker(id, reason.value.trim())
    if (answer.ok) go(`/changes/${answer.value.id}`)
    else problem.value = answer.refusal.detail
  }
  return (
    <section class="card breaker">
      <h3>
        {account} <span class="mark bad">{texts.opened}</span> <Ago at={openedAt} />
      </h3>
      <p>{breaker.reason}</p>
      {mayClose && (
        <form onSubmit={(event) => void close(event)}>
          <label for={`breaker-${id}`}>{texts.closeReason}</label>
          <input
            id={`breaker-${id}`}
            required
            maxLength={200}
            value={reason.value}
            onInput={({ currentTarget }) => (reason.value = currentTarget.value)}
          />
          <button type="submit">{texts.close}</button>
        </form>
      )}
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </section>
  )
}
