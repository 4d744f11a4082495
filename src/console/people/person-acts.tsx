import { useSignal } from '@preact/signals'
import { Problem, useSending } from '#console/parts/sending.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { texts } from '#console/texts/texts.ts'
import { changePerson, disablePerson, type Outcome, type PersonRow, resetPerson } from './calls.ts'
import { OutcomeLine } from './outcome.tsx'
import { PersonForm } from './person-form.tsx'

const { members: said } = texts

/** What can be done about somebody’s access. */
export const PersonActs = ({ person }: { readonly person: PersonRow }) => (
  <div class="acts">
    <details class="act">
      <summary>{said.change}</summary>
      <PersonForm person={person} save={(change) => changePerson(person.id, change)} />
    </details>
    <Sure title={said.reset} hint={said.resetHint} button={said.resetNow} act={() => resetPerson(person.id)} />
    <Sure title={said.disable} hint={said.disableHint} button={said.disableNow} act={() => disablePerson(person.id)} />
  </div>
)

interface SureProps {
  readonly title: string
  readonly hint: string
  readonly button: string
  readonly act: () => Promise<Answer<Outcome>>
}

/** What is asked twice, since it takes something away. */
function Sure({ title, hint, button, act }: SureProps) {
  const outcome = useSignal<Outcome | null>(null)
  const sending = useSending()
  async function go(): Promise<void> {
    const answer = await sending.send(act)
    outcome.value = answer?.value ?? null
  }
  return (
    <details class="act">
      <summary>{title}</summary>
      <p>{hint}</p>
      <button type="button" class="grave" disabled={sending.isBusy.value} onClick={() => void go()}>
        {button}
      </button>
      <Problem of={sending} />
      <OutcomeLine outcome={outcome.value} />
    </details>
  )
}
