import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Waiting } from '#console/parts/waiting.tsx'
import type { PlanView } from '#console/plans/calls.ts'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type IncidentDetail, readIncident, readPlans } from './calls.ts'
import { Containments } from './containments.tsx'
import { Conversation } from './conversation.tsx'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentPlans } from './incident-plans.tsx'
import { knownOf } from './known.ts'
import { Material } from './material.tsx'
import { Phases } from './phases.tsx'
import { Regroupings } from './regroupings.tsx'
import { Tasks } from './tasks.tsx'
import { Team } from './team.tsx'
import { Timeline } from './timeline.tsx'
import { useTimeline } from './timeline-reading.ts'
import { Verbs } from './verbs.tsx'
import './style.css'

export function IncidentPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readIncident(id))
  const incident = value.value
  useEffect(() => {
    document.title = `${incident?.title ?? id} · ${texts.product}`
  }, [incident?.title])
  if (incident === null)
    return (
      <>
        <h1>{texts.incident}</h1>
        <Absent refusal={refusal.value} />
      </>
    )
  return <Shown incident={incident} />
}

function Shown({ incident }: { readonly incident: IncidentDetail }) {
  const { id } = incident
  const timeline = useTimeline(id)
  const plans = useReading(() => readPlans(id))
  const events = timeline.events.value
  const list: readonly PlanView[] = plans.value.value?.plans ?? []
  return (
    <article class="incident">
      <Head incident={incident} />
      <div class="columns">
        <div class="story">
          {plans.value.value === null ? (
            <Absent refusal={plans.refusal.value} />
          ) : (
            <IncidentPlans plans={list} isClosed={incident.status === 'closed'} />
          )}
          <Conversation incident={incident} />
        </div>
        <div class="about">
          <IncidentFacts incident={incident} />
          {events !== null && <Phases incident={incident} events={events} />}
          <Tasks incident={incident} />
          <Containments incident={incident} plans={list} />
          <Team incident={incident} />
          <Material incident={incident} />
          <Regroupings incident={incident} />
        </div>
        <div class="past">
          {events === null ? <Absent refusal={timeline.refusal.value} /> : <Timeline events={events} plans={list} />}
        </div>
      </div>
    </article>
  )
}

/** What one must know first: what it is, what is known, what is next and whose turn it is. */
const Head = ({ incident }: { readonly incident: IncidentDetail }) => (
  <>
    <p class="quiet">
      <a href="/incidents">{texts.incidents}</a> / <code>{incident.id}</code>
      {incident.isSample && <span class="mark warning"> {texts.sample}</span>}
    </p>
    <h1 class="prose">{incident.title}</h1>
    <p class="marks">
      <span class={`mark ${incident.status}`}>{incident.status}</span>{' '}
      {incident.priority !== null && <span class="mark strong">{incident.priority}</span>}{' '}
      <span class={`mark band-${incident.band}`}>
        {incident.band} {incident.severity}
      </span>{' '}
      <span class="quiet">
        {incident.accountName} {incident.account} · {incident.region}
      </span>
    </p>
    <p class="known prose">{knownOf(incident)}</p>
    <p class="next">
      <strong>{texts.next}</strong> <Waiting waiting={incident.waitingFor} />
    </p>
    <Verbs incident={incident} />
  </>
)
