import { Absent } from '#console/parts/absent.tsx'
import { type Column, Sheet, Title } from '#console/parts/sheet.tsx'
import { Time } from '#console/parts/time.tsx'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type LogPage, questionOf, searchLog } from './calls.ts'
import { LogFilters } from './log-filters.tsx'
import { Seal } from './seal.tsx'
import './style.css'

const texts = all.audit
const REST_MS = 2000

/** Search in the whole log. */
export function AuditPage() {
  const { value, refusal } = useReading(() => searchLog(place.value.query), {
    about: place.value.query.toString(),
    leastRestMs: REST_MS,
  })
  const found = value.value
  return (
    <>
      <Title text={texts.title} hint={texts.hint} />
      {(found !== null || refusal.value === null) && <Seal />}
      <LogFilters />
      {refusal.value !== null || found === null ? <Absent refusal={refusal.value} /> : <Found found={found} />}
    </>
  )
}

type LogEvent = LogPage['events'][number]

const columns: readonly Column<LogEvent>[] = [
  {
    head: texts.columns.at,
    cell: ({ id, at }) => (
      <a href={`/audit/${id}`}>
        <Time at={at} />
      </a>
    ),
  },
  { head: texts.columns.type, cell: ({ type }) => <code>{type}</code> },
  { head: texts.columns.who, cell: ({ actor }) => <span class="whole">{actor}</span> },
  { head: texts.columns.text, cell: ({ text }) => text },
  {
    head: texts.columns.stream,
    cell: ({ stream }) =>
      stream === 'system' ? (
        stream
      ) : (
        <a class="whole" href={`/incidents/${stream}`}>
          {stream}
        </a>
      ),
  },
]

function Found({ found: { events, next } }: { readonly found: LogPage }) {
  const asked = questionOf(place.value.query)
  return (
    <>
      {events.length === 0 ? (
        <p>{texts.none}</p>
      ) : (
        <Sheet caption={texts.events} columns={columns} rows={events} keyOf={({ id }) => String(id)} />
      )}
      <p class="bar">
        {asked.has('cursor') && <a href={`/audit?${without(asked)}`}>{texts.newest}</a>}
        {next !== null && <a href={`/audit?${withCursor(asked, next)}`}>{texts.older}</a>}
      </p>
    </>
  )
}

function without(asked: URLSearchParams): URLSearchParams {
  const others = new URLSearchParams(asked)
  others.delete('cursor')
  return others
}

function withCursor(asked: URLSearchParams, cursor: string): URLSearchParams {
  const older = new URLSearchParams(asked)
  older.set('cursor', cursor)
  return older
}
