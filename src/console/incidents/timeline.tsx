import { useSignal } from '@preact/signals'
import { Time } from '#console/parts/time.tsx'
import { CallChange } from '#console/plans/call-change.tsx'
import type { PlanView } from '#console/plans/calls.ts'
import { filterBy, place } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'
import type { TimelineEvent } from './calls.ts'

/** What each choice of the filter shows. */
const shows: Readonly<Record<keyof typeof texts.timelineShows, (event: TimelineEvent) => boolean>> = {
  all: () => true,
  people: ({ actor }) => !actor.includes('/'),
  decisions: ({ type }) => /^(plan|vote|glass)\./.test(type),
  changes: ({ type }) => /^(step|permit|containment)\./.test(type),
  pages: ({ type }) => type.startsWith('page.'),
  findings: ({ type }) => /^(finding|evidence|incident\.verdict|incident\.analysed)/.test(type),
}

const isChoice = (text: string): text is keyof typeof shows => Object.hasOwn(shows, text)

interface TimelineProps {
  readonly events: readonly TimelineEvent[]
  readonly plans: readonly PlanView[]
}

/** What happened, newest first. */
export function Timeline({ events, plans }: TimelineProps) {
  const asked = place.value.query.get('show') ?? 'all'
  const choice = isChoice(asked) ? asked : 'all'
  const isWhole = useSignal(false)
  const fitting = events.filter(shows[choice]).toReversed()
  const shown = isWhole.value ? fitting : fitting.slice(0, AT_FIRST)
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">{texts.timeline}</h2>
      <label class="inline">
        {texts.timelineShow}
        <select value={choice} onChange={({ currentTarget }) => show(currentTarget.value)}>
          {Object.entries(texts.timelineShows).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {shown.length === 0 && <p class="quiet">{texts.nothingOfIt}</p>}
      <ol class="timeline">
        {shown.map((event) => (
          <EventItem key={event.id} event={event} plans={plans} />
        ))}
      </ol>
      {shown.length < fitting.length && (
        <button type="button" onClick={() => (isWhole.value = true)}>
          {texts.showWhole(fitting.length)}
        </button>
      )}
    </section>
  )
}

const AT_FIRST = 40

function show(choice: string): void {
  const query = new URLSearchParams(place.value.query)
  if (choice === 'all') query.delete('show')
  else query.set('show', choice)
  filterBy(query)
}

const EventItem = ({ event, plans }: { readonly event: TimelineEvent; readonly plans: readonly PlanView[] }) => {
  const { at, type, actor, text, refs } = event
  const calls = type === 'step.applied' ? callsOf(plans, refs) : []
  return (
    <li class={actor.includes('/') ? undefined : 'by-person'}>
      <p class="quiet">
        <Time at={at} /> · <code>{type}</code> · {actor}
      </p>
      <p class="prose">
        {text}{' '}
        {refs['plan'] !== undefined && (
          <a href={`/plans/${refs['plan']}`} aria-label={`${texts.plan}: ${text}`}>
            {texts.plan}
          </a>
        )}
      </p>
      {calls.length > 0 && (
        <details>
          <summary>{texts.callsMade(calls.length)}</summary>
          {calls.map((call) => (
            <CallChange key={`${call.operation} ${call.change.field}`} call={call} />
          ))}
        </details>
      )}
    </li>
  )
}

const callsOf = (plans: readonly PlanView[], refs: TimelineEvent['refs']) =>
  plans.find(({ hash }) => hash === refs['plan'])?.steps.find(({ index }) => String(index) === refs['step'])?.calls ??
  []
