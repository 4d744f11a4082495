import { useSignal } from '@preact/signals'
import { readFinding } from '#console/findings/calls.ts'
import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type FindingRow, readFindings } from './calls.ts'

/** The findings that it is about, each with every version that came. */
export function Findings({ incident }: { readonly incident: string }) {
  const { value, refusal } = useReading(() => readFindings(incident))
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { findings, beyond } = value.value
  return (
    <>
      <ul class="findings">
        {findings.map((finding) => (
          <li key={finding.key}>
            <FindingItem finding={finding} />
          </li>
        ))}
      </ul>
      {beyond > 0 && <p class="quiet">{texts.now.more(beyond)}</p>}
    </>
  )
}

function FindingItem({ finding }: { readonly finding: FindingRow }) {
  const isOpen = useSignal(false)
  return (
    <>
      <p>
        <strong>{finding.type}</strong> · {finding.severity} · {finding.source}
      </p>
      <p class="quiet">
        <code>{finding.id}</code> · {finding.account} {finding.region} · <Time at={finding.receivedAt} />
      </p>
      <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
        <summary>{texts.versions}</summary>
        {isOpen.value && <Versions finding={finding.key} />}
      </details>
    </>
  )
}

function Versions({ finding }: { readonly finding: string }) {
  const { value, refusal } = useReading(() => readFinding(finding))
  if (value.value === null) return <Absent refusal={refusal.value} />
  return (
    <ol>
      {value.value.versions.toReversed().map((version) => (
        <li key={`${version.updatedAt} ${version.count}`}>
          <details>
            <summary>
              <Time at={version.updatedAt} /> · {texts.seen(version.count)} · {version.channel}
            </summary>
            <pre>{JSON.stringify(version.raw, null, 2)}</pre>
          </details>
        </li>
      ))}
    </ol>
  )
}
