import { type IncidentRow } from '#console/incidents/calls.ts'
import { texts } from '#console/texts/texts.ts'
import { Time } from './time.tsx'

/** What an incident waits for, whom and until when. */
export function Waiting({ waiting }: { readonly waiting: IncidentRow['waitingFor'] }) {
  if (waiting === null) return <>{texts.waitsForNothing}</>
  const what = texts.waits[waiting.what](waiting.whom.join(', '))
  return (
    <>
      {'plan' in waiting ? <a href={`/plans/${waiting.plan}`}>{what}</a> : `${what}: ${waiting.text}`}
      {waiting.until !== null && (
        <>
          {', '}
          {texts.until} <Time at={waiting.until} />
        </>
      )}
    </>
  )
}
