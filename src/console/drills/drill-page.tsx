import { Absent } from '#console/parts/absent.tsx'
import { Ago } from '#console/parts/ago.tsx'
import { Title } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { Waiting } from '#console/parts/waiting.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type DrillRun, type Followed, follow } from './calls.ts'
import './style.css'

const texts = all.drills
/** Short: somebody looks at it while it happens. */
const REST_MS = 300
const MS = 1000

/** One run, followed to its end. */
export function DrillPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => follow(id), { about: id, leastRestMs: REST_MS })
  if (refusal.value !== null || value.value === null) return <Absent refusal={refusal.value} />
  const { run, incident, events } = value.value
  const isOver = run.status === 'recovered' || run.status === 'closed'
  return (
    <article>
      <p>
        <a href="/drills">← {texts.back}</a>
      </p>
      <Title text={run.name} />
      <p class="quiet">
        {texts.startedBy(run.person)}, <Ago at={run.at} />
      </p>
      <p role="status">
        <strong class={isOver ? 'over' : ''}>{isOver ? texts.over : texts.underWay}</strong>
      </p>
      <Steps run={run} incidentAt={events[0]?.at ?? null} />
      {incident !== null && <Incident incident={incident} />}
      {events.length > 0 && <h2>{texts.happened}</h2>}
      <ol class="timeline">
        {events.map(({ id: number, at, type, text }) => (
          <li key={number}>
            <span class="quiet">+ {secondsAfter(run, at)} s</span> <code>{type}</code> {text}
          </li>
        ))}
      </ol>
    </article>
  )
}

const secondsAfter = (run: DrillRun, at: string): string =>
  Math.max(0, (Date.parse(at) - Date.parse(run.at)) / MS).toFixed(1)

interface StepsProps {
  readonly run: DrillRun
  /** When its finding came. */
  readonly incidentAt: string | null
}

/** How far it is: what is reached says when. */
function Steps({ run, incidentAt }: StepsProps) {
  const steps = [
    { name: 'started', after: 0 },
    {
      name: 'incident',
      after: incidentAt === null ? null : Math.max(0, (Date.parse(incidentAt) - Date.parse(run.at)) / MS),
    },
    { name: 'contained', after: run.containedAfter },
    { name: 'recovered', after: run.recoveredAfter },
  ] as const
  return (
    <ol class="steps">
      {steps.map(({ name, after }) => (
        <li key={name} class={after === null ? 'ahead' : 'reached'}>
          <strong>{texts.steps[name]}</strong>{' '}
          {after !== null && name !== 'started' && <span class="quiet">{texts.after(spanText(after))}</span>}
        </li>
      ))}
      {run.status === 'closed' && (
        <li class="reached">
          <strong>{texts.steps.closed}</strong>
        </li>
      )}
    </ol>
  )
}

const Incident = ({
  incident: { id, title, phase, waitingFor },
}: {
  readonly incident: NonNullable<Followed['incident']>
}) => (
  <>
    <h2>{texts.incident}</h2>
    <p>
      <a href={`/incidents/${id}`}>{title}</a> <span class="mark">{phase}</span>
    </p>
    {waitingFor !== null && (
      <p>
        {texts.waits} <Waiting waiting={waitingFor} />
      </p>
    )}
  </>
)
