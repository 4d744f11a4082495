import { Absent } from '#console/parts/absent.tsx'
import { Facts } from '#console/parts/facts.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type FindingDetail, readFinding, readKnown } from './calls.ts'
import { Retry } from './retry.tsx'

const { received: said } = texts

/** One finding with all its versions, or what could not be read. */
export function FindingPage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readFinding(id))
  const finding = value.value
  useTitle(`${said.one} ${id}`)
  if (finding === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href="/findings">{said.title}</a>
      </p>
      {finding.state === 'quarantined' ? <Unreadable finding={finding} /> : <Readable finding={finding} />}
    </article>
  )
}

const Unreadable = ({ finding }: { readonly finding: FindingDetail }) => (
  <>
    <h1>{said.unreadable}</h1>
    <p>{finding.reason}</p>
    <p class="quiet">
      {said.received} <Time at={finding.receivedAt} /> {said.by} {finding.channel}
    </p>
    <Retry id={finding.id} />
    <h2>{said.asCame}</h2>
    <pre>{pretty(finding.raw)}</pre>
  </>
)

function Readable({ finding }: { readonly finding: FindingDetail }) {
  const { type, severity, source, account, region, key, incident, receivedAt, versions } = finding
  const { title, description } = saidIn(finding.finding)
  return (
    <>
      <h1>{title}</h1>
      <p>{description}</p>
      <Facts
        facts={[
          [said.type, <code>{type}</code>],
          [said.severity, severity],
          [said.source, source],
          [said.account, `${account} ${region}`],
          [said.received, <Time at={receivedAt} />],
          [said.incident, <a href={`/incidents/${encodeURIComponent(incident ?? '')}`}>{incident}</a>],
          [said.key, <code>{key}</code>],
        ]}
      />
      <Known finding={finding.id} />
      <h2>{said.versions}</h2>
      {versions.toReversed().map((version, index) => (
        <VersionItem key={version.digest} version={version} isLatest={index === 0} />
      ))}
    </>
  )
}

/** What the organisation knows of it: the reason why it is loud or quiet. */
function Known({ finding }: { readonly finding: string }) {
  const { value } = useReading(() => readKnown(finding))
  const known = value.value
  if (known === null) return null
  return (
    <section aria-labelledby="known">
      <h2 id="known">{said.context}</h2>
      <Facts
        facts={[
          [said.environment, known.environment ?? '–'],
          [said.criticality, known.criticality],
          [said.owners, known.owners.join(', ') || '–'],
        ]}
      />
      {known.facts.length === 0 && <p class="quiet">{said.noContext}</p>}
      {known.facts.map(({ fact, entry, text }) => (
        <p key={`${entry} ${fact}`}>
          <span class="mark">{fact}</span> {text} <code>{entry}</code>
        </p>
      ))}
    </section>
  )
}

interface VersionProps {
  readonly version: FindingDetail['versions'][number]
  readonly isLatest: boolean
}

const VersionItem = ({ version, isLatest }: VersionProps) => (
  <details class="card" open={isLatest}>
    <summary>
      <Time at={version.receivedAt} /> {said.by} {version.channel}, {said.version(version.count)}
    </summary>
    <div class="sides">
      <div>
        <h3>{said.asRead}</h3>
        <pre>{pretty(version.finding)}</pre>
      </div>
      <div>
        <h3>{said.asCame}</h3>
        <pre>{pretty(version.raw)}</pre>
      </div>
    </div>
  </details>
)

/** What a person would call it, as far as the finding says. */
function saidIn(finding: unknown): { readonly title: string; readonly description: string } {
  const { title, description } = (finding ?? {}) as { readonly title?: unknown; readonly description?: unknown }
  return { title: String(title ?? said.one), description: String(description ?? '') }
}

function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2)
  try {
    return JSON.stringify(JSON.parse(value), null, 2)
  } catch {
    // Not even JSON: that may be why it could not be read.
    return value
  }
}
