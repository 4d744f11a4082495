import { Absent } from '#console/parts/absent.tsx'
import { filterOf, setFilters } from '#console/parts/filter.ts'
import { Pick } from '#console/parts/pick.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type AccountingRow, readAccounting, readCounters, type Tally } from './calls.ts'
import { FindingTabs } from './finding-tabs.tsx'
import './style.css'

const { received: said } = texts

const USUAL_DAYS = '7'
const days = (): number => Number(filterOf('days') || USUAL_DAYS)

const classes = ['incidents', 'folded', 'benign', 'suppressed', 'quarantined'] as const

/** That nothing was lost: what came, and how each of it is answered. */
export function AccountingPage() {
  useTitle(said.accounting)
  const { value, refusal } = useReading(() => readAccounting(days()), { about: String(days()) })
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { total, rows } = value.value
  return (
    <>
      <h1>{said.accounting}</h1>
      <FindingTabs />
      <p class="quiet">{said.accountingHint}</p>
      <div class="filters">
        <Pick
          label={said.window}
          value={String(days())}
          options={Object.entries(said.windows)}
          onPick={(chosen) => setFilters({ days: chosen })}
        />
      </div>
      <Equation total={total} />
      <Counters />
      <h2>{said.byDay}</h2>
      <Rows rows={rows} />
    </>
  )
}

/** received = …, in numbers and as one bar. */
const Equation = ({ total }: { readonly total: Tally }) => (
  <section class="card equation">
    <p>
      <strong>{total.received}</strong> {said.equation} ={' '}
      {classes.map((name, index) => (
        <span key={name}>
          {index > 0 && ' + '}
          <span class={`swatch ${name}`} aria-hidden="true" /> <strong>{total[name]}</strong>{' '}
          <a href={`/findings?answer=${name}`}>{said.answers[name]}</a>
        </span>
      ))}
    </p>
    <Bar total={total} />
    {total.unaccounted === 0 ? (
      <p class="quiet">{said.agrees}</p>
    ) : (
      <p role="alert">{said.unaccounted(total.unaccounted)}</p>
    )}
  </section>
)

function Bar({ total }: { readonly total: Tally }) {
  if (total.received === 0) return null
  const parts = classes.map((name, index) => ({
    name,
    x: classes.slice(0, index).reduce((sum, one) => sum + total[one], 0),
    width: total[name],
  }))
  return (
    <svg class="bar" viewBox={`0 0 ${total.received} 1`} preserveAspectRatio="none" aria-hidden="true">
      {parts.map(({ name, x, width }) => (
        <rect key={name} class={name} x={x} y="0" width={width} height="1" />
      ))}
    </svg>
  )
}

function Counters() {
  const { value, refusal } = useReading(() => readCounters(days()), { about: String(days()) })
  return (
    <details class="card">
      <summary>{said.counters}</summary>
      <p class="quiet">{said.countersHint}</p>
      {value.value === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <dl>
          {Object.entries(value.value).map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{String(count)}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  )
}

const Rows = ({ rows }: { readonly rows: readonly AccountingRow[] }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
  <section class="scrolls" tabIndex={0} aria-label={said.byDay}>
    <table>
      <thead>
        <tr>
          <th scope="col">{said.day}</th>
          <th scope="col">{said.account}</th>
          <th scope="col">{said.equation}</th>
          {classes.map((name) => (
            <th key={name} scope="col">
              {said.answers[name]}
            </th>
          ))}
          <th scope="col">{said.quietBy}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.day} ${row.account} ${row.region}`}>
            <th scope="row">{row.day}</th>
            <td>
              {row.account ?? '–'} {row.region}
            </td>
            <td>{row.received}</td>
            {classes.map((name) => (
              <td key={name}>{row[name]}</td>
            ))}
            <td>{quietBy(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

const quietBy = ({ suppressedBy, benignBy }: AccountingRow): string =>
  [
    ...suppressedBy.map(({ entry, owner, count }) => `${entry} (${owner ?? '–'}): ${count}`),
    ...benignBy.map(({ rule, count }) => `${rule}: ${count}`),
  ].join(', ')
