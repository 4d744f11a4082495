import { useSignal } from '@preact/signals'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { confirmChange, type Outcome, type PersonChange, readWaiting, withdrawChange } from './calls.ts'
import { OutcomeLine } from './outcome.tsx'

const { members: said } = texts

interface WaitingProps {
  readonly mayKeep: boolean
}

/** What one person wishes and a second one has to confirm. */
export function WaitingChanges({ mayKeep }: WaitingProps) {
  const { value } = useReading(readWaiting)
  // Of a change that is confirmed nothing is left but its outcome.
  const outcome = useSignal<Outcome | null>(null)
  const changes = value.value?.changes ?? []
  return (
    <>
      <OutcomeLine outcome={outcome.value} />
      {changes.length > 0 && (
        <section aria-labelledby="waiting">
          <h2 id="waiting">{said.waiting}</h2>
          <ul class="cards">
            {changes.map((change) => (
              <ChangeItem
                key={change.id}
                change={change}
                mayKeep={mayKeep}
                onOutcome={(came) => (outcome.value = came)}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

interface ChangeProps extends WaitingProps {
  readonly change: PersonChange
  readonly onOutcome: (outcome: Outcome) => void
}

function ChangeItem({ change, mayKeep, onOutcome }: ChangeProps) {
  const { id, kind, person, wish, proposer, expiresAt } = change
  const sending = useSending()
  async function confirm(): Promise<void> {
    const answer = await sending.send(() => confirmChange(id))
    if (answer !== null) onOutcome(answer.value)
  }
  return (
    <li class="warn">
      <p>
        <strong>{said.wants(proposer, kind, person)}</strong> <span class="quiet">{said.until}</span>{' '}
        <Time at={expiresAt} />
      </p>
      <p class="quiet">{wishText(wish)}</p>
      {mayKeep && (
        <p class="buttons">
          <button type="button" disabled={sending.isBusy.value} onClick={() => void confirm()}>
            {said.confirm}
          </button>
          <button
            type="button"
            disabled={sending.isBusy.value}
            onClick={() => void sending.send(() => withdrawChange(id))}
          >
            {said.withdraw}
          </button>
        </p>
      )}
      <Problem of={sending} />
    </li>
  )
}

/** Every member of the wish by its name: whoever confirms sees all of it. */
const wishText = (wish: unknown): string =>
  Object.entries((wish ?? {}) as Readonly<Record<string, unknown>>)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(' · ')
