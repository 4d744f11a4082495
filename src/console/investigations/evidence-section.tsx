import { readEvidence } from '#console/incidents/calls.ts'
import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'

const { investigations: said } = texts

/** What was collected, word for word, with what was asked. */
export function EvidenceSection({ incident }: { readonly incident: string }) {
  const { value, refusal } = useReading(() => readEvidence(incident))
  const evidence = value.value?.evidence
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">{said.evidence}</h2>
      {evidence === undefined && <Absent refusal={refusal.value} />}
      {evidence?.length === 0 && <p class="quiet">{said.noEvidence}</p>}
      {evidence?.map(({ id, kind, question, answer, collectedAt }) => (
        <details key={id} class="card">
          <summary>{kind}</summary>
          <p class="quiet">
            {said.collected} <Time at={collectedAt} /> · <code>{id}</code>
          </p>
          <pre>{JSON.stringify({ question, answer }, null, 2)}</pre>
        </details>
      ))}
    </section>
  )
}
