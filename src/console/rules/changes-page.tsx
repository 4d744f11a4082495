import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readChanges } from './calls.ts'

/** Changes of Cordon’s own rules, newest first. */
export function ChangesPage() {
  useTitle(texts.changes)
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
