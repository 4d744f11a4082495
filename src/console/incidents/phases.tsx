import { durationText, Time } from '#console/parts/time.tsx'
import { now } from '#console/shell/clock.ts'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail, TimelineEvent } from './calls.ts'

interface Spell {
  readonly phase: string
  readonly from: string
  readonly ms: number
}

const WIDTH = 1000
const HEIGHT = 12
const SLIVER = 6

/** How long each phase really took, by the record. */
export function Phases({
  incident,
  events,
}: {
  readonly incident: IncidentDetail
  readonly events: readonly TimelineEvent[]
}) {
  const spells = spellsOf(events, endOf(incident))
  if (spells.length === 0) return null
  return (
    <section aria-labelledby="phases">
      <h2 id="phases">{texts.phases}</h2>
      <Bar spells={spells} />
      <ol class="spells">
        {spells.map(({ phase, from, ms }, index) => (
          <li key={from} class={`phase-${phase}`} aria-current={index === spells.length - 1 ? 'step' : undefined}>
            <strong>{phase}</strong> {durationText(ms)}
            <span class="quiet">
              {' '}
              <Time at={from} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const endOf = ({ closedAt }: IncidentDetail): number => (closedAt === null ? now.value : Date.parse(closedAt))

function spellsOf(events: readonly TimelineEvent[], end: number): readonly Spell[] {
  const entered = events.flatMap(({ type, text, at }) => {
    // The phase is the last word of the sentence.
    const phase = type === 'incident.phase' ? text.split(' ').at(-1) : undefined
    return phase === undefined ? [] : [{ phase, from: at }]
  })
  return entered.map((one, index) => {
    const until = Date.parse(entered[index + 1]?.from ?? '')
    return { ...one, ms: Math.max(0, (Number.isNaN(until) ? end : until) - Date.parse(one.from)) }
  })
}

/** The spells beside each other as long as they were; none so short that it is not seen. */
function Bar({ spells }: { readonly spells: readonly Spell[] }) {
  const all = spells.reduce((sum, { ms }) => sum + ms, 0)
  const room = WIDTH - SLIVER * spells.length
  const widths = spells.map(({ ms }) => SLIVER + (all === 0 ? room / spells.length : (ms / all) * room))
  return (
    <svg class="bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {spells.map(({ phase, from }, index) => (
        <rect
          key={from}
          class={`phase-${phase}`}
          x={widths.slice(0, index).reduce((sum, width) => sum + width, 0)}
          width={widths[index]}
          height={HEIGHT}
        />
      ))}
    </svg>
  )
}
