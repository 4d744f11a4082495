import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type ContextEntry, readContext } from './calls.ts'
import { TriageTabs } from './triage-tabs.tsx'

const { triage: said } = texts

/** What the organisation knows of its own assets, and how often it mattered. */
export function ContextPage() {
  useTitle(said.context)
  const { value, refusal } = useReading(readContext)
  const context = value.value
  return (
    <>
      <h1>{said.context}</h1>
      <TriageTabs />
      <p class="quiet">{said.contextHint}</p>
      {context === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <>
          <p>
            {said.version(context.version)}, {said.applied} <Time at={context.at} />{' '}
            {context.change === null ? (
              said.narrowed
            ) : (
              <a href={`/changes/${encodeURIComponent(context.change)}`}>{said.byChange}</a>
            )}
          </p>
          <ul class="cards">
            {context.entries.map((entry) => (
              <EntryItem key={entry.id} entry={entry} />
            ))}
          </ul>
          <details class="card">
            <summary>{said.source}</summary>
            <pre>{context.source}</pre>
          </details>
        </>
      )}
    </>
  )
}

const EntryItem = ({ entry }: { readonly entry: ContextEntry }) => {
  const { id, kind, owner, reason, findings, lastAt } = entry
  return (
    <li>
      <h2>{reason}</h2>
      <p>
        <span class="mark">{kind}</span> <code>{id}</code> · {owner} · {said.used(findings)}
        {lastAt !== null && (
          <>
            , {said.last} <Time at={lastAt} />
          </>
        )}
      </p>
      <p class="quiet">{restOf(entry)}</p>
    </li>
  )
}

const named: ReadonlySet<string> = new Set(['id', 'kind', 'owner', 'reason', 'findings', 'lastAt'])

/** What else the file says of it, by the names of the file. */
const restOf = (entry: ContextEntry): string =>
  Object.entries(entry)
    .filter(([name, value]) => !named.has(name) && value !== null && value !== '')
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(' · ')
