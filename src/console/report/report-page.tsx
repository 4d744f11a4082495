import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { LineField, TextField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readMayTell, type Told, tell } from './calls.ts'
import './style.css'

const { report } = texts

/** For whoever is worried and no expert: what, where, one button. */
export function ReportPage() {
  useTitle(report.title)
  const { value, refusal } = useReading(readMayTell)
  const told = useSignal<Told | null>(null)
  if (value.value === null) return <Absent refusal={refusal.value} />
  return (
    <article class="report">
      {told.value === null ? <ReportForm told={told} /> : <Thanks told={told} incident={told.value.incident} />}
    </article>
  )
}

interface ToldProps {
  readonly told: Signal<Told | null>
}

function ReportForm({ told }: ToldProps) {
  const [text, where, account, region] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')]
  const sending = useSending()
  const said = { text, place: where, account, region }

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const filled = Object.entries(said).map(([name, { value }]) => [name, value.trim()] as const)
    const answer = await sending.send(() => tell(Object.fromEntries(filled.filter(([, value]) => value !== ''))))
    if (answer !== null) told.value = answer.value
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{report.title}</h1>
      <p>{report.calm}</p>
      <TextField label={report.what} hint={report.whatHint} text={text} required maxLength={16_384} rows={6} />
      <LineField label={report.where} hint={report.whereHint} text={where} maxLength={512} />
      <details>
        <summary>{report.inAws}</summary>
        <LineField label={report.account} text={account} pattern="[0-9]{12}" inputMode="numeric" />
        <LineField label={report.region} hint={report.regionHint} text={region} pattern="[a-z]{2}(-[a-z]+)+-[0-9]+" />
      </details>
      <Problem of={sending} />
      <button type="submit" class="main" disabled={sending.isBusy.value}>
        {sending.isBusy.value ? report.sending : report.send}
      </button>
    </form>
  )
}

interface ThanksProps extends ToldProps {
  readonly incident: string
}

/** What the frightened person needs next: that it arrived, where it is, and what to leave alone. */
function Thanks({ told, incident }: ThanksProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const path = `/incidents/${encodeURIComponent(incident)}`
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {report.thanks}
      </h1>
      <p>{report.follow}</p>
      <p class="card">
        <a href={path}>{`${location.origin}${path}`}</a>
      </p>
      <h2>{report.meanwhile}</h2>
      <ul>
        {report.advice.map((advice) => (
          <li key={advice}>{advice}</li>
        ))}
      </ul>
      <button type="button" onClick={() => (told.value = null)}>
        {report.another}
      </button>
    </>
  )
}
