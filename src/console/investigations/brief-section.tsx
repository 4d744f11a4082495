import { useSignal } from '@preact/signals'
import { askEvidence } from '#console/incidents/calls.ts'
import { Absent } from '#console/parts/absent.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type Brief, readBrief } from './calls.ts'
import './style.css'

const { investigations: said } = texts

interface SectionProps {
  readonly incident: string
}

/** What whoever investigates reads first: all that the record says, and what could not be seen. Any page about an incident can have it. */
export function BriefSection({ incident }: SectionProps) {
  const { value, refusal } = useReading(() => readBrief(incident))
  const brief = value.value
  return (
    <section aria-labelledby="brief" class="brief">
      <h2 id="brief">{said.brief}</h2>
      {brief === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <>
          <Lines title={said.who} lines={brief.who} />
          <Lines title={said.from} lines={brief.from} />
          <Lines title={said.changed} lines={brief.changed} />
          <Lines title={said.reach} lines={brief.reach} />
          <Lines title={said.unseen} lines={brief.unseen} />
          <Sources sources={brief.sources} />
          <AskForMore incident={incident} />
          <Similar similar={brief.similar} />
        </>
      )}
    </section>
  )
}

const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) => (
  <div class="lines">
    <h3>{title}</h3>
    {lines.length === 0 && <p class="quiet">{said.nothingSaid}</p>}
    {lines.map((line) => (
      <p key={line}>{line}</p>
    ))}
  </div>
)

/** How the state of a source is coloured: what is there, what comes, what is missing. */
const tones: Readonly<Record<Brief['sources'][number]['state'], string>> = {
  available: 'done',
  'on its way': 'proposed',
  'not asked': '',
  'not enabled': '',
  'not set up': '',
  'no permission': 'failed',
  'out of time': 'failed',
  'too many bytes': 'failed',
  failed: 'failed',
}

const Sources = ({ sources }: { readonly sources: Brief['sources'] }) => (
  <details>
    <summary>{said.sources}</summary>
    <ul class="bare">
      {sources.map(({ source, state, text }) => (
        <li key={source}>
          <span class={`mark ${tones[state]}`}>{state}</span> <strong>{source}</strong> {text}
        </li>
      ))}
    </ul>
  </details>
)

function AskForMore({ incident }: SectionProps) {
  const mayAsk = isA('responder', 'approver')
  const told = useSignal<string | null>(null)
  const sending = useSending()
  if (!mayAsk) return null
  async function more(): Promise<void> {
    const answer = await sending.send(() => askEvidence(incident))
    told.value = answer === null ? null : said.asked(answer.value.asked)
  }
  return (
    <p class="buttons">
      <button type="button" disabled={sending.isBusy.value} onClick={() => void more()}>
        {said.ask}
      </button>{' '}
      <span role="status">{told.value}</span>
      <Problem of={sending} />
    </p>
  )
}

const Similar = ({ similar }: { readonly similar: Brief['similar'] }) => (
  <>
    <h3>{said.similar}</h3>
    {similar.length === 0 && <p class="quiet">{said.noSimilar}</p>}
    <ul class="bare">
      {similar.map(({ incident, title, about, status, verdict, closureCode, lessons, openedAt }) => (
        <li key={incident}>
          <a href={`/incidents/${encodeURIComponent(incident)}`}>{title}</a>{' '}
          <span class="mark">{about === 'entity' ? said.sameEntity : said.sameType}</span>{' '}
          <span class={`mark ${status}`}>{closureCode ?? status}</span> {verdict ?? texts.noVerdict} ·{' '}
          <Time at={openedAt} />
          {lessons !== null && <p>{lessons}</p>}
        </li>
      ))}
    </ul>
  </>
)
