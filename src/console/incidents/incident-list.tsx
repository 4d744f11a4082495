import { Absent } from '#console/parts/absent.tsx'
import { Ago } from '#console/parts/time.tsx'
import { Waiting } from '#console/parts/waiting.tsx'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { listQuestion, type UsualList } from '#domain/console-list'
import { type IncidentRow, readIncidents } from './calls.ts'
import { Filters } from './filters.tsx'

interface IncidentListProps {
  /** What the list shows where the address says nothing. */
  readonly usual: UsualList
}

/** Incidents by the filters in the address, page by page; the first one and every later one have their own addresses. */
export function IncidentList({ usual }: IncidentListProps) {
  const question = listQuestion(usual, place.value.query)
  const { value, refusal } = useReading(() => readIncidents(question), { about: question })
  const list = value.value
  return (
    <>
      <Filters usual={usual} />
      {refusal.value !== null || list === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <>
          {list.incidents.length === 0 && (
            <p class="quiet">{list.next === null ? texts.noIncidents : texts.noneSoFar}</p>
          )}
          <Rows incidents={list.incidents} />
          <Pager next={list.next} />
        </>
      )}
    </>
  )
}

function Pager({ next }: { readonly next: string | null }) {
  const { query } = place.value
  const isFirst = !query.has('after')
  if (isFirst && next === null) return null
  return (
    <p class="pager">
      {!isFirst && <a href={addressWith('after', null)}>{texts.firstPage}</a>}
      {next !== null && <a href={addressWith('after', next)}>{texts.nextPage}</a>}
    </p>
  )
}

function addressWith(name: string, value: string | null): string {
  const query = new URLSearchParams(place.value.query)
  if (value === null) query.delete(name)
  else query.set(name, value)
  const text = query.toString()
  return text === '' ? location.pathname : `${location.pathname}?${text}`
}

export const Rows = ({ incidents }: { readonly incidents: readonly IncidentRow[] }) => (
  <ul class="rows">
    {incidents.map((incident) => (
      <Row key={incident.id} incident={incident} />
    ))}
  </ul>
)

const Row = ({ incident }: { readonly incident: IncidentRow }) => (
  <li data-row class={`row band-${incident.band}`}>
    <span class="priority" title={texts.priority}>
      {incident.priority ?? '—'}
    </span>
    <div class="row-what">
      <p class="row-title">
        <a href={`/incidents/${incident.id}`}>{incident.title}</a>
      </p>
      <p class="quiet">
        <span class={`mark ${incident.status}`}>{incident.status}</span> {incident.band} {incident.severity} ·{' '}
        {incident.accountName ?? incident.account} · {incident.region} · <Ago at={incident.openedAt} />
      </p>
    </div>
    <p class="row-wait">
      <Waiting waiting={incident.waitingFor} />
    </p>
  </li>
)
