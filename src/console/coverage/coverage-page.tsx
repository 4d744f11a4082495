import { Absent } from '#console/parts/absent.tsx'
import { Ago } from '#console/parts/ago.tsx'
import { type Column, Sheet, Title } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type Covered, type Place, readCovered, type Source } from './calls.ts'
import { Gaps } from './gaps.tsx'
import { Roles } from './roles.tsx'
import './style.css'

const texts = all.coverage
const REST_MS = 5000
const MS = 1000

/** What is looked at; a gap is what the eye sees first. */
export function CoveragePage() {
  const { value, refusal } = useReading(readCovered, { leastRestMs: REST_MS })
  const covered = value.value
  if (refusal.value !== null || covered === null) return <Absent refusal={refusal.value} />
  const { policy, places, sources } = covered
  return (
    <>
      <Title text={texts.title} hint={texts.hint} />
      <Gaps covered={covered} />
      <h2>{texts.places}</h2>
      {places.length === 0 ? (
        <p>{texts.noPlaces}</p>
      ) : (
        <Sheet caption={texts.places} columns={columns} rows={places} keyOf={keyOf} classOf={classOf} />
      )}
      {policy !== null && (
        <p class="quiet">
          <a href="/policy">{texts.policy(policy.version)}</a> <Time at={policy.at} />.{' '}
          {policy.exceptions > 0 && texts.exceptions(policy.exceptions)}
        </p>
      )}
      <Roles />
      <h2>{texts.sources}</h2>
      {sources.length === 0 ? (
        <p>{texts.noSources}</p>
      ) : (
        <Sheet
          caption={texts.sources}
          columns={sourceColumns}
          rows={sources}
          keyOf={({ name }) => name}
          classOf={({ state }) => (state === 'heard' ? '' : 'lacking')}
        />
      )}
      <Days covered={covered} />
    </>
  )
}

const keyOf = ({ account, region }: Pick<Place, 'account' | 'region'>): string => `${account} ${region}`
const classOf = ({ gaps, polls, standing }: Place): string =>
  gaps.length > 0 || standing === 'registered' || polls.some(({ state }) => state !== 'heard') ? 'lacking' : ''

const modeMarks: Readonly<Record<string, string>> = { observe: '', recommend: '', approve: 'good', automatic: 'good' }

const columns: readonly Column<Place>[] = [
  {
    head: texts.columns.account,
    cell: ({ account, name, environment }) => (
      <>
        <strong>{name ?? texts.unregistered}</strong>{' '}
        <span class="quiet">
          <span class="whole">{account}</span> {environment}
        </span>
      </>
    ),
  },
  { head: texts.columns.region, cell: ({ region }) => <span class="whole">{region}</span> },
  {
    head: texts.columns.mode,
    cell: ({ mode }) =>
      mode === null ? null : (
        <span class={`mark ${modeMarks[mode.value]}`} title={mode.by}>
          {mode.value}
        </span>
      ),
  },
  {
    head: texts.columns.roles,
    cell: ({ standing }) =>
      standing === null ? (
        <span class="mark bad">{texts.unregistered}</span>
      ) : (
        <span class={`mark ${standing === 'registered' ? 'bad' : ''}`}>{texts.standings[standing]}</span>
      ),
  },
  { head: texts.columns.finding, cell: ({ findingAt }) => <Ago at={findingAt} /> },
  { head: texts.columns.poll, cell: Polls },
  { head: texts.columns.compared, cell: ({ comparedAt }) => <Ago at={comparedAt} /> },
  { head: texts.columns.drill, cell: Drill },
  {
    head: texts.columns.gaps,
    cell: ({ gaps }) => gaps.map(({ kind, text }) => <Gap key={kind} kind={kind} text={text} />),
  },
]

const Gap = ({ kind, text }: { readonly kind: string; readonly text: string }) => (
  <span class="mark bad" title={text}>
    {kind}
  </span>
)

function Polls({ polls }: Place) {
  if (polls.length === 0) return <span class="quiet">{texts.pushOnly}</span>
  return (
    <>
      {polls.map(({ name, kind, state, heardAt, problem }) => (
        <div key={name} title={problem ?? name}>
          {kind}: <Ago at={heardAt} />{' '}
          {state !== 'heard' && <span class="mark bad">{state === 'silent' ? texts.silent : texts.unheard}</span>}
        </div>
      ))}
    </>
  )
}

function Drill({ drill }: Place) {
  if (drill === null) return <span class="quiet">{texts.noDrill}</span>
  return (
    <>
      <a href={`/incidents/${drill.incident}`}>{drill.name}</a>{' '}
      <span class={`mark ${drill.status}`}>{drill.status}</span> <Ago at={drill.at} />
    </>
  )
}

const stateMarks = { heard: 'good', silent: 'bad', unheard: 'odd' } as Readonly<Record<string, string>>

const sourceColumns: readonly Column<Source>[] = [
  { head: texts.sourceColumns.name, cell: ({ name }) => name },
  { head: texts.sourceColumns.kind, cell: ({ kind }) => kind },
  {
    head: texts.sourceColumns.state,
    cell: ({ state, silentAfterMs }) => (
      <span class={`mark ${silentAfterMs === null ? '' : stateMarks[state]}`}>{state}</span>
    ),
  },
  { head: texts.sourceColumns.heard, cell: ({ heardAt }) => <Ago at={heardAt} /> },
  { head: texts.sourceColumns.finding, cell: ({ findingAt }) => <Ago at={findingAt} /> },
  {
    head: texts.sourceColumns.limit,
    cell: ({ silentAfterMs }) => (silentAfterMs === null ? texts.forEver : spanText(silentAfterMs / MS)),
  },
  { head: texts.sourceColumns.problem, cell: ({ problem }) => problem },
]

type Day = Covered['days'][number]

const dayColumns: readonly Column<Day>[] = [
  { head: texts.dayColumns.day, cell: ({ day }) => <span class="whole">{day}</span> },
  { head: texts.dayColumns.place, cell: keyOf },
  { head: texts.dayColumns.emitted, cell: ({ emitted }) => emitted, isNumber: true },
  { head: texts.dayColumns.received, cell: ({ received }) => received, isNumber: true },
  { head: texts.dayColumns.hidden, cell: ({ hidden }) => hidden, isNumber: true },
  { head: texts.dayColumns.missing, cell: ({ missing }) => missing, isNumber: true },
]

const Days = ({ covered: { days, rereads } }: { readonly covered: Covered }) =>
  days.length === 0 ? null : (
    <details class="days">
      <summary>{texts.days}</summary>
      {rereads.oldest !== null && (
        <p>
          {texts.rereads(rereads.waiting)} <Time at={rereads.oldest} />
        </p>
      )}
      <Sheet
        caption={texts.days}
        columns={dayColumns}
        rows={days}
        keyOf={(day) => `${keyOf(day)} ${day.day}`}
        classOf={({ missing }) => (missing > 0 ? 'lacking' : '')}
      />
    </details>
  )
