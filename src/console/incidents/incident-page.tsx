import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Facts } from '#console/parts/facts.tsx'
import { Time } from '#console/parts/time.tsx'
import { Waiting } from '#console/parts/waiting.tsx'
import { PlanBody } from '#console/plans/plan-body.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type IncidentDetail, readIncident, readPlans, readTimeline, type TimelineEvent } from './calls.ts'

export function IncidentPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readIncident(id))
  const incident = value.value
  useEffect(() => {
    document.title = `${incident?.title ?? id} · ${texts.product}`
  }, [incident?.title])
  if (incident === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href="/">{texts.back}</a>
      </p>
      <h1>{incident.title}</h1>
      <IncidentFacts incident={incident} />
      <Plans id={id} />
      <Timeline id={id} />
    </article>
  )
}

const IncidentFacts = ({ incident }: { readonly incident: IncidentDetail }) => (
  <Facts
    facts={[
      [texts.status, <span class={`mark ${incident.status}`}>{incident.status}</span>],
      [texts.phase, incident.phase],
      [texts.severity, `${incident.severity} ${incident.band}`],
      [texts.account, `${incident.accountName ?? ''} ${incident.account}`],
      [texts.opened, <Time at={incident.openedAt} />],
      [texts.verdict, incident.verdict ?? texts.noVerdict],
      ...(incident.reasons.length === 0
        ? []
        : [[texts.because, incident.reasons.map((reason) => <p key={reason}>{reason}</p>)] as const]),
      ...(incident.priority === null ? [] : [[texts.priority, <Priority incident={incident} />] as const]),
      [texts.waitingFor, <Waiting waiting={incident.waitingFor} />],
    ]}
  />
)

/** Why it is before or behind another: the terms of the sum, one by one. */
const Priority = ({ incident }: { readonly incident: IncidentDetail }) => (
  <>
    <strong>{incident.priority}</strong>
    {incident.priorityTerms.map(({ points, text }) => (
      <p key={text} class="quiet">
        {points === 0 ? text : `${points > 0 ? '+' : ''}${points} ${text}`}
      </p>
    ))}
  </>
)

function Plans({ id }: { readonly id: string }) {
  const { value, refusal } = useReading(() => readPlans(id))
  if (value.value === null) return <Absent refusal={refusal.value} />
  const plans = value.value.plans.toReversed()
  return (
    <section aria-labelledby="plans">
      <h2 id="plans">{texts.plans}</h2>
      {plans.length === 0 && <p class="quiet">{texts.noPlans}</p>}
      {plans.map((plan) => (
        <details key={plan.hash} class="plan" open={plan.status === 'proposed'}>
          <summary>
            <span class={`mark ${plan.status}`}>{plan.status}</span> {plan.reason}
          </summary>
          <p>
            <a href={`/plans/${plan.hash}`}>
              {texts.plan} <code>{plan.shortHash}</code>
            </a>
          </p>
          <PlanBody plan={plan} />
        </details>
      ))}
    </section>
  )
}

function Timeline({ id }: { readonly id: string }) {
  const { value, refusal } = useReading(() => readTimeline(id))
  if (value.value === null) return <Absent refusal={refusal.value} />
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{texts.timeline}</h2>
      <ol class="timeline">
        {value.value.events.map((event) => (
          <EventItem key={event.id} event={event} />
        ))}
      </ol>
    </section>
  )
}

const EventItem = ({ event }: { readonly event: TimelineEvent }) => (
  <li>
    <p class="quiet">
      <Time at={event.at} /> · <code>{event.type}</code> · {event.actor}
    </p>
    <p>{event.text}</p>
  </li>
)
