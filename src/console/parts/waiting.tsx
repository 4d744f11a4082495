import type { IncidentRow } from '#console/incidents/calls.ts'
import { texts } from '#console/texts/texts.ts'
import { Countdown } from './time.tsx'

/** What an incident waits for, whom and until when. */
export function Waiting({ waiting }: { readonly waiting: IncidentRow['waitingFor'] }) {
  if (waiting === null) return <>{texts.waitsForNothing}</>
  const what = texts.waits[waiting.what](peopleText(waiting.whom))
  return (
    <>
      {'plan' in waiting ? (
        <a href={`/plans/${waiting.plan}`}>{what}</a>
      ) : waiting.what === 'cordon' ? (
        waiting.text
      ) : (
        `${what}: ${waiting.text}`
      )}
      {waiting.until !== null && (
        <>
          {' · '}
          <Countdown until={waiting.until} />
        </>
      )}
    </>
  )
}

const NAMED = 4

/** Everybody, as long as they are few: a task of a whole rota says whom it begins with. */
const peopleText = (whom: readonly string[]): string =>
  whom.length <= NAMED ? whom.join(', ') : texts.andMore(whom.slice(0, NAMED).join(', '), whom.length - NAMED)
