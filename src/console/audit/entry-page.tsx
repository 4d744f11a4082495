import { Absent } from '#console/parts/absent.tsx'
import { Facts } from '#console/parts/facts.tsx'
import { Title } from '#console/parts/sheet.tsx'
import { Time } from '#console/parts/time.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { bytesOf, type LogEntry, readEntry } from './calls.ts'
import './style.css'

const texts = all.audit
const REST_MS = 2000
const marks = { sealed: 'good', waiting: 'odd', changed: 'bad' } as const

/** One entry of the log as it is stored. */
export function EntryPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readEntry(id), { about: id, leastRestMs: REST_MS })
  const entry = value.value
  if (refusal.value !== null || entry === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href="/audit">← {texts.back}</a>
      </p>
      <Title text={texts.entry(entry.id)} />
      <p>{entry.text}</p>
      {entry.state === 'changed' && <p role="alert">{texts.changed}</p>}
      <Facts facts={factsOf(entry)} />
      <h2>{texts.canonical}</h2>
      <p class="quiet">{texts.canonicalHint}</p>
      <pre class="entry">{entry.entry}</pre>
      <pre>{texts.hashCommand(entry.id)}</pre>
      <p>
        <a href={bytesOf(entry.id)} download>
          {texts.download}
        </a>
      </p>
    </article>
  )
}

const factsOf = (entry: LogEntry) =>
  [
    [all.audit.columns.at, <Time at={entry.at} />],
    [texts.columns.type, <code>{entry.type}</code>],
    [texts.columns.who, entry.actor],
    [
      texts.stream,
      entry.stream === 'system' ? entry.stream : <a href={`/incidents/${entry.stream}`}>{entry.stream}</a>,
    ],
    [texts.seq, entry.seq],
    [
      texts.state,
      <>
        <span class={`mark ${marks[entry.state]}`}>{texts.states[entry.state]}</span>{' '}
        {entry.checkpoint !== null && texts.coveredBy(entry.checkpoint)}
      </>,
    ],
    [texts.leaf, entry.leaf ?? texts.notInTree],
    [texts.hash, <code>{entry.hash}</code>],
  ] as const
