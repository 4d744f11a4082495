import { Absent } from '#console/parts/absent.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { endSession, readSessions, type SessionRow } from './calls.ts'

const { members: said } = texts

/** Where somebody is signed in; an operator sees everybody’s. */
export function SessionsSection() {
  const { value, refusal } = useReading(readSessions)
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{said.sessions}</h2>
      {value.value === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <ul class="cards">
          {value.value.sessions.map((session) => (
            <SessionItem key={session.id} session={session} />
          ))}
        </ul>
      )}
    </section>
  )
}

function SessionItem({
  session: { id, person, means, address, since, expiresAt, isThis },
}: {
  readonly session: SessionRow
}) {
  const sending = useSending()
  return (
    <li>
      <p>
        {person} · {means} {address ?? ''} {isThis && <span class="mark done">{said.thisOne}</span>}
      </p>
      <p class="quiet">
        {said.since} <Time at={since} /> {said.expires} <Time at={expiresAt} />
      </p>
      {!isThis && (
        <button type="button" disabled={sending.isBusy.value} onClick={() => void sending.send(() => endSession(id))}>
          {said.endSession}
        </button>
      )}
      <Problem of={sending} />
    </li>
  )
}
