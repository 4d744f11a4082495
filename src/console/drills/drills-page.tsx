import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { Ago } from '#console/parts/ago.tsx'
import { Choice } from '#console/parts/field.tsx'
import { type Column, Sheet, Title } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { readMe } from '#console/shell/ask.ts'
import { go } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type DrillRun, type Drills, readDrills, startDrill } from './calls.ts'
import './style.css'

const texts = all.drills
const REST_MS = 2000
const starters = ['responder', 'approver', 'operator']

/** Rehearsals: what can be played, and how it went. */
export function DrillsPage() {
  const { value, refusal } = useReading(readDrills, { leastRestMs: REST_MS })
  if (refusal.value !== null || value.value === null) return <Absent refusal={refusal.value} />
  const { areSimulated, runs, ...offered } = value.value
  return (
    <>
      <Title text={texts.title} hint={texts.hint} />
      <h2>{texts.offered}</h2>
      {areSimulated ? <Offered {...offered} /> : <p>{texts.real}</p>}
      <h2>{texts.runs}</h2>
      {runs.length === 0 ? (
        <p>{texts.noRuns}</p>
      ) : (
        <Sheet caption={texts.runs} columns={columns} rows={runs} keyOf={({ id }) => id} />
      )}
    </>
  )
}

function Offered({ drills, accounts }: Pick<Drills, 'drills' | 'accounts'>) {
  const { value: me } = useReading(readMe)
  const problem = useSignal<string | null>(null)
  const isStarting = useSignal(false)
  const where = useSignal(USUAL)
  const mayStart = me.value?.person.roles.some((role) => starters.includes(role)) === true

  async function start({ name, account: usual }: Drills['drills'][number]): Promise<void> {
    isStarting.value = true
    const answer = await startDrill({ name, account: where.value === USUAL ? usual : where.value })
    isStarting.value = false
    if (answer.ok) go(`/drills/${answer.value.id}`)
    else problem.value = answer.refusal.detail
  }
  return (
    <>
      <p class="quiet">{mayStart ? texts.startHint : texts.mayNotStart}</p>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {mayStart && <Choice label={texts.where} value={where} options={placesOf(accounts)} />}
      <div class="cards">
        {drills.map((drill) => (
          <section key={drill.name} class="card offered">
            <h3>{drill.title}</h3>
            <p class="quiet">
              <code>{drill.name}</code>
            </p>
            {mayStart && (
              <button
                type="button"
                aria-label={texts.startOf(drill.title)}
                disabled={isStarting.value}
                onClick={() => void start(drill)}
              >
                {texts.start}
              </button>
            )}
          </section>
        ))}
      </div>
    </>
  )
}

/** Where a drill is played, unless an account is chosen. */
const USUAL = ''

const placesOf = (accounts: Drills['accounts']) => [
  [USUAL, texts.usualAccount] as const,
  ...accounts.map(({ id, name }) => [id, `${name} (${id})`] as const),
]

const columns: readonly Column<DrillRun>[] = [
  { head: texts.columns.name, cell: ({ id, name }) => <a href={`/drills/${id}`}>{name}</a> },
  { head: texts.columns.at, cell: ({ at }) => <Ago at={at} /> },
  { head: texts.columns.person, cell: ({ person }) => person },
  {
    head: texts.columns.result,
    cell: ({ status }) =>
      status === null ? <span class="quiet">{texts.noIncident}</span> : <span class={`mark ${status}`}>{status}</span>,
  },
  { head: texts.columns.contained, cell: ({ containedAfter }) => spanOf(containedAfter), isNumber: true },
  { head: texts.columns.recovered, cell: ({ recoveredAfter }) => spanOf(recoveredAfter), isNumber: true },
]

const spanOf = (seconds: number | null): string => (seconds === null ? '–' : spanText(seconds))
