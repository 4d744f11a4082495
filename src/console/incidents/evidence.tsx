import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readEvidence } from './calls.ts'

/** What was read about it, with the question, the answer and the digest of what is kept. */
export function EvidenceFiles({ incident }: { readonly incident: string }) {
  const { value, refusal } = useReading(() => readEvidence(incident))
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { evidence } = value.value
  if (evidence.length === 0) return <p class="quiet">{texts.noEvidence}</p>
  return (
    <ul class="bare">
      {evidence.map(({ id, kind, question, digest, answer, collectedAt }) => (
        <li key={id}>
          <details>
            <summary>
              {kind} · <Time at={collectedAt} />
            </summary>
            <p class="quiet">
              <code>{id}</code> · SHA-256 <code>{digest}</code>
            </p>
            <p class="label">{texts.asked}</p>
            <pre>{JSON.stringify(question, null, 2)}</pre>
            <p class="label">{texts.answered}</p>
            <pre>{JSON.stringify(answer, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ul>
  )
}
