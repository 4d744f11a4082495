import { Absent } from '#console/parts/absent.tsx'
import { Older } from '#console/parts/older.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readQuarantine } from './calls.ts'
import { FindingTabs } from './finding-tabs.tsx'
import { Retry } from './retry.tsx'

const { received: said } = texts

/** What came and could not be read, and still waits. */
export function QuarantinePage() {
  useTitle(said.quarantine)
  const query = place.value.query.toString()
  const { value, refusal } = useReading(() => readQuarantine(query), { about: query })
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { quarantined, next } = value.value
  return (
    <>
      <h1>{said.quarantine}</h1>
      <FindingTabs />
      <p class="quiet">{said.quarantineHint}</p>
      {quarantined.length === 0 && <p>{said.quarantineEmpty}</p>}
      <ul class="cards">
        {quarantined.map(({ id, reason, channel, receivedAt }) => (
          <li key={id}>
            <h2>{reason}</h2>
            <p class="quiet">
              {said.received} <Time at={receivedAt} /> {said.by} {channel} ·{' '}
              <a href={`/findings/${encodeURIComponent(id)}`}>{said.look}</a>
            </p>
            <Retry id={id} />
          </li>
        ))}
      </ul>
      <Older next={next} />
    </>
  )
}
