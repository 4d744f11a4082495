import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { Sentences } from '#console/plans/plan-body.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readBrief } from './calls.ts'

/** Who, from where, what changed, what it can reach, what could not be seen, and what was similar. */
export function Brief({ incident }: { readonly incident: string }) {
  const { value, refusal } = useReading(() => readBrief(incident))
  const brief = value.value
  if (brief === null) return <Absent refusal={refusal.value} />
  return (
    <>
      <Sentences title={texts.briefParts.who} sentences={brief.who} />
      <Sentences title={texts.briefParts.from} sentences={brief.from} />
      <Sentences title={texts.briefParts.changed} sentences={brief.changed} />
      <Sentences title={texts.briefParts.reach} sentences={brief.reach} />
      <Sentences title={texts.briefParts.unseen} sentences={brief.unseen} />
      <Sentences
        title={texts.briefParts.sources}
        sentences={brief.sources.map(({ source, state, text }) => `${source} (${state}): ${text}`)}
      />
      {brief.similar.length > 0 && (
        <>
          <p class="label">{texts.briefParts.similar}</p>
          <ul>
            {brief.similar.map((one) => (
              <li key={one.incident}>
                <a href={`/incidents/${one.incident}`}>{one.title}</a> · {one.closureCode ?? one.status} ·{' '}
                <Time at={one.openedAt} />
                {one.lessons !== null && <p class="prose">{one.lessons}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
