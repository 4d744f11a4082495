import { type Column, Sheet } from '#console/parts/sheet.tsx'
import { texts as all } from '#console/texts/texts.ts'
import type { Numbers } from './calls.ts'

const texts = all.numbers

type NoiseRow = Numbers['noise'][number]

const noiseColumns: readonly Column<NoiseRow>[] = [
  {
    head: texts.noiseColumns.type,
    cell: ({ type, source }) => (
      <>
        <code>{type}</code> <span class="quiet">{source}</span>
      </>
    ),
  },
  { head: texts.noiseColumns.account, cell: ({ account }) => <span class="whole">{account}</span> },
  { head: texts.noiseColumns.received, cell: ({ received }) => received, isNumber: true },
  {
    head: texts.noiseColumns.noise,
    cell: ({ noise, received }) => `${noise} (${Math.round((100 * noise) / Math.max(received, 1))} %)`,
    isNumber: true,
  },
  { head: texts.noiseColumns.incidents, cell: ({ incidents }) => incidents, isNumber: true },
  { head: texts.noiseColumns.pages, cell: ({ pages }) => pages, isNumber: true },
]

export const Noise = ({ noise }: Pick<Numbers, 'noise'>) => (
  <>
    <h2>{texts.noise}</h2>
    <p class="quiet">{noise.length === 0 ? texts.noNoise : texts.noiseHint}</p>
    {noise.length > 0 && (
      <Sheet
        caption={texts.noise}
        columns={noiseColumns}
        rows={noise}
        keyOf={({ source, type, account }) => `${source} ${type} ${account}`}
      />
    )}
  </>
)

type RuleRow = Numbers['rules'][number]

const ruleColumns: readonly Column<RuleRow>[] = [
  { head: texts.ruleColumns.rule, cell: ({ rule }) => <code>{rule}</code> },
  { head: texts.ruleColumns.judged, cell: ({ judged }) => judged, isNumber: true },
  { head: texts.ruleColumns.reviewed, cell: ({ reviewed }) => reviewed, isNumber: true },
  { head: texts.ruleColumns.confirmed, cell: ({ confirmed }) => confirmed, isNumber: true },
  { head: texts.ruleColumns.overturned, cell: ({ overturned }) => overturned, isNumber: true },
  {
    head: texts.ruleColumns.precision,
    cell: ({ precision, reviewed }) =>
      precision === null ? (
        <span class="quiet">{texts.neverReviewed}</span>
      ) : (
        <strong>{texts.ofReviewed(precision, reviewed)}</strong>
      ),
    isNumber: true,
  },
]

export const Rules = ({ rules }: Pick<Numbers, 'rules'>) => (
  <>
    <h2>{texts.rules}</h2>
    <p class="quiet">{rules.length === 0 ? texts.noRules : texts.rulesHint}</p>
    {rules.length > 0 && <Sheet caption={texts.rules} columns={ruleColumns} rows={rules} keyOf={({ rule }) => rule} />}
  </>
)

type LoadRow = Numbers['load'][number]

const loadColumns: readonly Column<LoadRow>[] = [
  { head: texts.loadColumns.person, cell: ({ name }) => name },
  { head: texts.loadColumns.pages, cell: ({ pages }) => pages, isNumber: true },
  {
    head: texts.loadColumns.nightPages,
    cell: ({ nightPages }) => (nightPages > 0 ? <strong class="woken">{nightPages}</strong> : 0),
    isNumber: true,
  },
  { head: texts.loadColumns.nights, cell: ({ nights }) => nights, isNumber: true },
  { head: texts.loadColumns.acknowledged, cell: ({ acknowledged }) => acknowledged, isNumber: true },
  { head: texts.loadColumns.votes, cell: ({ votes }) => votes, isNumber: true },
]

export const Load = ({ load, zone }: Pick<Numbers, 'load' | 'zone'>) => (
  <>
    <h2>{texts.load}</h2>
    <p class="quiet">{load.length === 0 ? texts.noLoad : texts.loadHint(zone)}</p>
    {load.length > 0 && <Sheet caption={texts.load} columns={loadColumns} rows={load} keyOf={({ person }) => person} />}
  </>
)
