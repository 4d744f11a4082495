import { Absent } from '#console/parts/absent.tsx'
import { type Column, Sheet } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import type { Answer } from '#console/shell/ask.ts'
import { filterBy, place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type Choices, type Explanation, explain, questionOf, questions, readChoices } from './calls.ts'

const texts = all.policy
const MS = 1000
const REST_MS = 10_000
const span = (ms: number): string => spanText(ms / MS)

/** Which rule decides. What was asked is in the address. */
export const Explain = () => (
  <section class="card explain">
    <h2>{texts.explain}</h2>
    <p class="quiet">{texts.explainHint}</p>
    <Question />
    <Explained />
  </section>
)

function Question() {
  const { value: choices } = useReading(readChoices, { leastRestMs: REST_MS })
  const { query } = place.value
  const { accounts, actions }: Choices = choices.value ?? { accounts: [], actions: [] }
  return (
    <form class="filters" key={String(query)} onSubmit={submit}>
      <Field name="account" label={texts.account} options={accounts.map(({ id, name }) => [id, name])} isNeeded />
      <Field name="action" label={texts.action} options={actions.map((name) => [name, ''])} isNeeded />
      <Field name="target" label={texts.target} options={[]} />
      <Field name="tag" label={texts.tag} options={[]} />
      <div>
        <label for="policy-severity">{texts.severity}</label>
        <select id="policy-severity" name="severity">
          <option value="">{texts.anySeverity}</option>
          {texts.severities.map((one) => (
            <option key={one} value={one} selected={one === query.get('severity')}>
              {one}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{texts.ask}</button>
    </form>
  )
}

interface FieldProps {
  readonly name: string
  readonly label: string
  /** Values with their names, to choose from; another may be written. */
  readonly options: readonly (readonly [value: string, name: string])[]
  readonly isNeeded?: true
}

const Field = ({ name, label, options, isNeeded }: FieldProps) => (
  <div>
    <label for={`policy-${name}`}>{label}</label>
    <input
      id={`policy-${name}`}
      name={name}
      list={`policy-${name}-options`}
      required={isNeeded}
      defaultValue={place.value.query.get(name) ?? ''}
      autocomplete="off"
      spellcheck={false}
    />
    <datalist id={`policy-${name}-options`}>
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </datalist>
  </div>
)

function submit(event: SubmitEvent): void {
  event.preventDefault()
  if (!(event.currentTarget instanceof HTMLFormElement)) return
  const data = new FormData(event.currentTarget)
  const query = new URLSearchParams()
  for (const name of questions) {
    const value = String(data.get(name) ?? '').trim()
    if (value !== '') query.set(name, value)
  }
  filterBy(query)
}

const nothing: Answer<Explanation | null> = { ok: true, value: null }

function Explained() {
  const { value, refusal } = useReading(
    async () => {
      const asked = questionOf(place.value.query)
      return asked === null ? nothing : explain(asked)
    },
    { about: String(place.value.query), leastRestMs: REST_MS },
  )
  if (refusal.value !== null) return <Absent refusal={refusal.value} />
  if (value.value === null) return null
  const explanation = value.value
  return (
    <div aria-live="polite">
      {!explanation.isAccountKnown && <p role="alert">{texts.unknownAccount}</p>}
      <Sheet caption={texts.explain} columns={columns} rows={rowsOf(explanation)} keyOf={({ what }) => what} />
    </div>
  )
}

interface Row {
  readonly what: string
  readonly value: string
  readonly by: string
  readonly line: number | null
}

function rowsOf({ mode, tier, quorum, clocks, protected: guarded }: Explanation): readonly Row[] {
  const { required, groups, from } = quorum.value
  const { decideByMs, runByMs } = clocks.value
  return [
    { what: texts.answer.mode, ...mode, value: `${mode.value}: ${texts.modeMeans[mode.value] ?? ''}` },
    { what: texts.answer.tier, ...tier },
    { what: texts.answer.votes, ...quorum, value: texts.votesOf(required, groups, from.join(', ')) },
    { what: texts.answer.clocks, ...clocks, value: texts.clocksOf(span(decideByMs), span(runByMs)) },
    guarded === null
      ? { what: texts.answer.protected, value: texts.notProtected, by: '', line: null }
      : { what: texts.answer.protected, ...guarded, value: `${guarded.value}: ${guarded.instructions}` },
  ]
}

const columns: readonly Column<Row>[] = [
  { head: texts.columns.what, cell: ({ what }) => <strong>{what}</strong> },
  { head: texts.columns.value, cell: ({ value }) => value },
  {
    head: texts.columns.by,
    cell: ({ by }) => (by === 'default' || by === 'catalogue' ? texts.fromCordon : <code>{by}</code>),
  },
  {
    head: texts.columns.line,
    cell: ({ line }) => (line === null ? null : <a href={`#line-${line}`}>{texts.lineOf(line)}</a>),
  },
]
