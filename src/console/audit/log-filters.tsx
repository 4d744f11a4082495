import { filterBy, place } from '#console/shell/place.ts'
import { texts as all } from '#console/texts/texts.ts'
import { eventTypes } from '#domain/events'
import { filters, questionOf } from './calls.ts'

const texts = all.audit
const types = [...new Set(eventTypes)].toSorted()

/** What is searched for is in the address: a link to it is the same search. */
export function LogFilters() {
  const asked = questionOf(place.value.query)
  const valueOf = (name: string): string => asked.get(name) ?? ''
  return (
    // With another address the fields are others: what was typed and not searched for is gone with the old ones.
    <form class="filters" key={String(asked)} onSubmit={search}>
      <Field name="actor" label={texts.actor} hint={texts.actorHint} value={valueOf('actor')} />
      <div>
        <label for="audit-type">{texts.type}</label>
        <select id="audit-type" name="type" defaultValue={valueOf('type')}>
          <option value="">{texts.anyType}</option>
          {types.map((type) => (
            <option key={type} value={type} selected={type === valueOf('type')}>
              {type}
            </option>
          ))}
        </select>
      </div>
      <Field name="incident" label={texts.incident} hint={texts.incidentHint} value={valueOf('incident')} />
      <Field name="from" label={texts.from} value={localTime(valueOf('from'))} isTime />
      <Field name="until" label={texts.until} value={localTime(valueOf('until'))} isTime />
      <div class="buttons">
        <button type="submit">{texts.search}</button>
        {asked.size > 0 && <a href="/audit">{texts.clear}</a>}
      </div>
    </form>
  )
}

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly isTime?: true
}

const Field = ({ name, label, hint, value, isTime }: FieldProps) => (
  <div>
    <label for={`audit-${name}`}>{label}</label>
    <input
      id={`audit-${name}`}
      name={name}
      {...(isTime ? { type: 'datetime-local' } : { type: 'text' })}
      placeholder={hint}
      defaultValue={value}
      autocapitalize="off"
      spellcheck={false}
    />
  </div>
)

function search(event: SubmitEvent): void {
  event.preventDefault()
  if (!(event.currentTarget instanceof HTMLFormElement)) return
  const data = new FormData(event.currentTarget)
  const query = new URLSearchParams()
  for (const name of filters) {
    const value = String(data.get(name) ?? '').trim()
    if (value !== '') query.set(name, name === 'from' || name === 'until' ? new Date(value).toISOString() : value)
  }
  filterBy(query)
}

const MINUTE_MS = 60_000

/** For a field that knows no zones: what the reader’s clock showed at the moment. Nothing for what is no time. */
function localTime(at: string): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16)
}
