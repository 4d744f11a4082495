import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField } from '#console/parts/field.tsx'
import { filterOf, setFilters } from '#console/parts/filter.ts'
import { Older } from '#console/parts/older.tsx'
import { Pick } from '#console/parts/pick.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type FindingRow, readFound } from './calls.ts'
import { FindingTabs } from './finding-tabs.tsx'
import './style.css'

const { received: said } = texts

/** Everything that came, and how it is answered. */
export function FindingsPage() {
  useTitle(said.title)
  const query = place.value.query.toString()
  const { value, refusal } = useReading(() => readFound(query), { about: query })
  return (
    <>
      <h1>{said.title}</h1>
      <FindingTabs />
      <p class="quiet">{said.hint}</p>
      <Filters />
      {value.value === null || refusal.value !== null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <Found findings={value.value.findings} next={value.value.next} />
      )}
    </>
  )
}

function Filters() {
  const sought = useSignal(filterOf('q'))
  function search(event: Event): void {
    event.preventDefault()
    setFilters({ q: sought.value.trim() })
  }
  return (
    <form class="filters" role="search" onSubmit={search}>
      <LineField label={said.search} hint={said.searchHint} type="search" text={sought} maxLength={200} />
      <Pick
        label={said.answer}
        value={filterOf('answer')}
        options={[['', said.any], ...Object.entries(said.answers)]}
        onPick={(answer) => setFilters({ answer })}
      />
      <button type="submit">{said.go}</button>
    </form>
  )
}

interface FoundProps {
  readonly findings: readonly FindingRow[]
  readonly next: string | null
}

const Found = ({ findings, next }: FoundProps) => (
  <>
    {findings.length === 0 && <p>{said.none}</p>}
    <ul class="cards found">
      {findings.map((finding) => (
        <FindingItem key={`${finding.id} ${finding.receivedAt}`} finding={finding} />
      ))}
    </ul>
    <Older next={next} />
  </>
)

const FindingItem = ({ finding }: { readonly finding: FindingRow }) => {
  const { id, title, type, reason, account, region, severity, answer, incident, receivedAt } = finding
  return (
    <li>
      <h2>
        <a href={`/findings/${encodeURIComponent(id)}`}>{title ?? reason ?? id}</a>
      </h2>
      <p>
        <span class={answer === 'quarantined' ? 'mark warning' : 'mark'}>
          {answer === null ? said.ownTelling : said.answers[answer]}
        </span>{' '}
        {severity !== null && <strong>{severity} </strong>}
        {type !== null && <code>{type}</code>}
      </p>
      <p class="quiet">
        {account !== null && `${account} ${region ?? ''} · `}
        <Time at={receivedAt} />
        {incident !== null && (
          <>
            {' · '}
            <a href={`/incidents/${encodeURIComponent(incident)}`}>{said.incident}</a>
          </>
        )}
      </p>
    </li>
  )
}
