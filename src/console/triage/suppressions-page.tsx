import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readSuppressions, type Suppression } from './calls.ts'
import { TriageTabs } from './triage-tabs.tsx'

const { triage: said } = texts

/** What is answered quietly: whose, until when, how often, and what somebody has to look at. */
export function SuppressionsPage() {
  useTitle(said.suppressions)
  const { value, refusal } = useReading(readSuppressions)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { suppressions } = value.value
  return (
    <>
      <h1>{said.suppressions}</h1>
      <TriageTabs />
      <p class="quiet">{said.suppressionsHint}</p>
      {suppressions.length === 0 && <p>{said.noSuppressions}</p>}
      <ul class="cards">
        {suppressions.map((one) => (
          <SuppressionItem key={one.id} suppression={one} />
        ))}
      </ul>
      <p>
        <a href="/findings?answer=suppressed">{said.see}</a>
      </p>
    </>
  )
}

const SuppressionItem = ({ suppression }: { readonly suppression: Suppression }) => {
  const { id, owner, reason, until, state, reviewBy, review, hidden, lastDay, days } = suppression
  return (
    <li class={review === null ? undefined : 'warn'}>
      <h2>{reason}</h2>
      <p>
        <span class={`mark ${state === 'in-force' ? 'done' : ''}`}>{said.states[state]}</span> {owner} · {said.until}{' '}
        {until} · {said.hid(hidden)}
        {lastDay !== null && `, ${said.lastHid} ${lastDay}`}
      </p>
      <p class="quiet">
        <code>{id}</code> · {said.reviewBy} <Time at={reviewBy} />
      </p>
      {review !== null && (
        <p>
          <span class="mark proposed">{said.lookNow}</span> {review}
        </p>
      )}
      {days.length > 0 && (
        <details>
          <summary>{said.hidden}</summary>
          <ul class="bare">
            {days.map((day) => (
              <li key={day.day}>
                {day.day}: {day.hidden}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}
