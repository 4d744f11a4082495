import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { filterBy, place } from '#console/shell/place.ts'
import { person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'

const TYPED_FOR_MS = 300

interface FiltersProps {
  readonly usual: Readonly<Record<string, string>>
}

/** Narrows a list by its address. */
export function Filters({ usual }: FiltersProps) {
  const me = person.value?.id ?? ''
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Search />
      <Select name="status" label={texts.status} usual={usual['status'] ?? ''} options={texts.filters.status} />
      <Select name="severity" label={texts.severity} usual="" options={texts.filters.severity} />
      <Select name="priority" label={texts.priority} usual="" options={texts.filters.priority} />
      <Select
        name="whom"
        label={texts.waitingFor}
        usual=""
        options={[['', texts.anybody], ...(me === '' ? [] : [[me, texts.me] as const]), ['cordon', 'Cordon']]}
      />
      <Account />
    </form>
  )
}

/** Whatever filter changes, the list begins at its beginning. */
function filter(name: string, value: string, usual: string): void {
  const query = new URLSearchParams(place.value.query)
  query.delete('after')
  query.delete('search')
  if (value === usual) query.delete(name)
  else query.set(name, value)
  filterBy(query)
}

function Search() {
  const field = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (place.value.query.has('search')) field.current?.focus()
    return () => clearTimeout(timer.current)
  }, [])

  function typed(text: string): void {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => filter('q', text, ''), TYPED_FOR_MS)
  }
  return (
    <label class="wide">
      {texts.search}
      <input
        ref={field}
        type="search"
        maxLength={200}
        aria-keyshortcuts="/"
        defaultValue={place.value.query.get('q') ?? ''}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
      />
    </label>
  )
}

function Account() {
  const text = useSignal(place.value.query.get('account') ?? '')
  return (
    <label>
      {texts.account}
      <input
        inputMode="numeric"
        pattern="[0-9]{12}"
        placeholder={texts.twelveDigits}
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value.trim()
          if (text.value === '' || /^\d{12}$/.test(text.value)) filter('account', text.value, '')
        }}
      />
    </label>
  )
}

interface SelectProps {
  readonly name: string
  readonly label: string
  readonly usual: string
  readonly options: readonly (readonly [value: string, text: string])[]
}

function Select({ name, label, usual, options }: SelectProps) {
  const value = place.value.query.get(name) ?? usual
  const known = options.some(([one]) => one === value)
  return (
    <label>
      {label}
      <select value={value} onChange={({ currentTarget }) => filter(name, currentTarget.value, usual)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
        {!known && <option value={value}>{value}</option>}
      </select>
    </label>
  )
}
