import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { Waiting } from '#console/parts/waiting.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type IncidentRow, readIncidents } from './calls.ts'

export function IncidentsPage() {
  const { value, refusal } = useReading(readIncidents)
  useEffect(() => {
    document.title = `${texts.incidents} · ${texts.product}`
  }, [])
  if (refusal.value !== null || value.value === null) return <Absent refusal={refusal.value} />
  const { incidents } = value.value
  return (
    <>
      <h1>{texts.incidents}</h1>
      {incidents.length === 0 && <p class="quiet">{texts.noIncidents}</p>}
      <ul class="incidents">
        {incidents.map((incident) => (
          <IncidentItem key={incident.id} incident={incident} />
        ))}
      </ul>
    </>
  )
}

const IncidentItem = ({ incident }: { readonly incident: IncidentRow }) => (
  <li class={`band-${incident.band}`}>
    <h2>
      <a href={`/incidents/${incident.id}`}>{incident.title}</a>
    </h2>
    <p>
      {incident.priority === null ? null : <strong>{incident.priority} </strong>}
      <span class={`mark ${incident.status}`}>{incident.status}</span> {incident.phase} · {incident.severity}{' '}
      {incident.band} · {incident.accountName ?? incident.account} · <Time at={incident.openedAt} />
    </p>
    <p class="quiet">
      {texts.waitingFor} <Waiting waiting={incident.waitingFor} />
    </p>
  </li>
)
