import { type IncidentDetail, readIncident } from '#console/incidents/calls.ts'
import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { BriefSection } from './brief-section.tsx'
import { Claiming } from './claiming.tsx'
import { EvidenceSection } from './evidence-section.tsx'
import { QuestionsSection } from './questions-section.tsx'
import { VerdictSection } from './verdict-section.tsx'

const { investigations: said } = texts

/** Everything that whoever looks into one incident needs, and what they say about it. */
export function InvestigationPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readIncident(id))
  const incident = value.value
  useTitle(`${said.one} ${incident?.title ?? id}`)
  if (incident === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href="/investigations">{said.title}</a> ·{' '}
        <a href={`/incidents/${encodeURIComponent(id)}`}>{said.incident}</a>
      </p>
      <h1>{incident.title}</h1>
      <Standing incident={incident} />
      <div class="beside">
        <div>
          <BriefSection incident={id} />
          <EvidenceSection incident={id} />
        </div>
        <div>
          <VerdictSection incident={incident} />
          <QuestionsSection incident={incident} />
        </div>
      </div>
    </article>
  )
}

function Standing({ incident }: { readonly incident: IncidentDetail }) {
  const { priority, status, verdict, answerBy, account, accountName, region, claims } = incident
  const held = claims.find(({ end }) => end === null) ?? null
  return (
    <>
      <p>
        {priority !== null && <strong>{priority} </strong>}
        <span class={`mark ${status}`}>{status}</span> <span class="mark">{verdict ?? texts.noVerdict}</span>{' '}
        {accountName ?? ''} {account} {region} · {said.answerBy}{' '}
        {answerBy === null ? said.noDeadline : <Time at={answerBy} />}
      </p>
      {(verdict === 'inconclusive' || held !== null) && (
        <Claiming incident={incident.id} claim={held} suggested={null} />
      )}
    </>
  )
}
