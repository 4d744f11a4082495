import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { isA, person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type Delegation, delegate, endDelegation, readDelegations } from './calls.ts'

const { members: said } = texts

/** Who stands for whom, and the way to let somebody stand for oneself. */
export function DelegationsSection() {
  const mayDelegate = isA('responder', 'approver')
  const { value, refusal } = useReading(readDelegations)
  const delegations = value.value?.delegations
  return (
    <section aria-labelledby="delegations">
      <h2 id="delegations">{said.delegations}</h2>
      <p class="quiet">{said.delegationsHint}</p>
      {delegations === undefined && <Absent refusal={refusal.value} />}
      {delegations?.length === 0 && <p>{said.noDelegations}</p>}
      <ul class="bare">
        {delegations?.map((one) => (
          <DelegationItem key={one.id} delegation={one} />
        ))}
      </ul>
      {mayDelegate && <DelegationForm />}
    </section>
  )
}

function DelegationItem({ delegation: { id, from, to, endsAt } }: { readonly delegation: Delegation }) {
  const me = person.value
  const sending = useSending()
  return (
    <li>
      {said.standsFor(to, from)} <Time at={endsAt} />{' '}
      {(me?.id === from || me?.id === to) && (
        <button
          type="button"
          disabled={sending.isBusy.value}
          onClick={() => void sending.send(() => endDelegation(id))}
        >
          {said.end}
        </button>
      )}
      <Problem of={sending} />
    </li>
  )
}

const SHIFT_MINUTES = '480'

function DelegationForm() {
  const [to, minutes] = [useSignal(''), useSignal(SHIFT_MINUTES)]
  const sending = useSending()
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    await sending.send(() => delegate(to.value.trim(), Number(minutes.value)))
  }
  return (
    <details class="act">
      <summary>{said.delegate}</summary>
      <form class="card" onSubmit={(event) => void submit(event)}>
        <LineField label={said.to} hint={said.toHint} text={to} required maxLength={128} />
        <LineField label={said.minutes} type="number" min="1" text={minutes} required />
        <Problem of={sending} />
        <button type="submit" disabled={sending.isBusy.value}>
          {said.begin}
        </button>
      </form>
    </details>
  )
}
