import { Absent } from './absent.tsx'
import { readChanges } from './api.ts'
import { useReading } from './read.ts'
import { texts } from './texts.ts'
import { Time } from './time.tsx'

/** Changes of Cordon’s own rules, newest first. */
export function ChangesPage() {
  const { value, refusal } = useReading(readChanges)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { changes } = value.value
  return (
    <>
      <h1>{texts.changes}</h1>
      <p class="quiet">{texts.changesHint}</p>
      {changes.length === 0 && <p>{texts.noChanges}</p>}
      <ul>
        {changes.map(({ id, title, kind, status, proposer, proposedAt }) => (
          <li key={id}>
            <a href={`/changes/${id}`}>{title}</a> <span class="mark">{status}</span> {kind}, {proposer},{' '}
            <Time at={proposedAt} />
          </li>
        ))}
      </ul>
    </>
  )
}
