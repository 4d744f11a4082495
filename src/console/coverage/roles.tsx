import { useSignal } from '@preact/signals'
import { type Refusal, readMe } from '#console/shell/ask.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type Examination, examine } from './calls.ts'

const texts = all.coverage
const lookers = ['responder', 'operator']

/** Role health and missing permissions: only the accounts themselves can say it, so they are asked when somebody wants to know. */
export function Roles() {
  const { value: me } = useReading(readMe)
  const found = useSignal<Examination | null>(null)
  const refusal = useSignal<Refusal | null>(null)
  const isLooking = useSignal(false)
  const mayLook = me.value?.person.roles.some((role) => lookers.includes(role)) === true

  async function look(): Promise<void> {
    isLooking.value = true
    const answer = await examine()
    isLooking.value = false
    refusal.value = answer.ok ? null : answer.refusal
    if (answer.ok) found.value = answer.value
  }
  return (
    <>
      <h2>{texts.roles}</h2>
      <p class="quiet">{mayLook ? texts.rolesHint : texts.mayNotLook}</p>
      {mayLook && (
        <button type="button" disabled={isLooking.value} onClick={() => void look()}>
          {isLooking.value ? texts.looking : texts.look}
        </button>
      )}
      {refusal.value !== null && <p role="alert">{refusal.value.detail}</p>}
      <div aria-live="polite">{found.value !== null && <Found found={found.value} />}</div>
    </>
  )
}

const Found = ({ found: { checks, notes } }: { readonly found: Examination }) => (
  <>
    <p>{texts.allWell(checks.filter(({ ok }) => ok).length)}</p>
    <ul class="checks">
      {checks
        .filter(({ ok }) => !ok)
        .map(({ name, text, next }) => (
          <li key={`${name} ${text}`}>
            <span class="mark bad">{name}</span> {text} {next !== null && <em>{next}</em>}
          </li>
        ))}
      {notes.map((note) => (
        <li key={note} class="quiet">
          {note}
        </li>
      ))}
    </ul>
  </>
)
