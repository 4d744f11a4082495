import { useSignal } from '@preact/signals'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type Retried, readAgain } from './calls.ts'

const { received: said } = texts

/** Reads what was quarantined again, and says what came of it. */
export function Retry({ id }: { readonly id: string }) {
  const mayRetry = isA('responder', 'operator')
  const came = useSignal<Retried | null>(null)
  const sending = useSending()
  if (!mayRetry) return null
  async function again(): Promise<void> {
    const answer = await sending.send(() => readAgain(id))
    if (answer !== null) came.value = answer.value
  }
  return (
    <p class="buttons">
      <button type="button" disabled={sending.isBusy.value} onClick={() => void again()}>
        {said.retry}
      </button>
      <span role="status">
        {came.value?.state === 'quarantined' && said.stillNot(came.value.reason ?? '')}
        {came.value?.state === 'accepted' && (
          <>
            {said.readNow} <a href={`/incidents/${encodeURIComponent(came.value.incident ?? '')}`}>{said.incident}</a>
          </>
        )}
      </span>
      <Problem of={sending} />
    </p>
  )
}
