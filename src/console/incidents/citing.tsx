import { type Signal, useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { Checks, LineField } from '#console/parts/field.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type EvidenceList, type FindingRow, readEvidence, readFindings } from './calls.ts'

const { citing: said } = texts

interface CitingProps {
  readonly incident: string
  readonly label: string
  readonly hint?: string
  readonly chosen: Signal<readonly string[]>
}

/** So many are seen at one look. */
const FEW = 8

/** What of the incident’s record a sentence rests on: its findings and its evidence, to tick. Long lists are filtered by what somebody types. */
export function Citing({ incident, chosen, ...labelled }: CitingProps) {
  const findings = useReading(() => readFindings(incident))
  const evidence = useReading(() => readEvidence(incident))
  const filter = useSignal('')
  const refusal = findings.refusal.value ?? evidence.refusal.value
  if (findings.value.value === null || evidence.value.value === null) return <Absent refusal={refusal} />
  const pieces = [...findings.value.value.findings.map(ofFinding), ...evidence.value.value.evidence.map(ofEvidence)]
  const shown = pieces.filter((piece) => chosen.value.includes(piece.id) || fits(piece, filter.value))
  return (
    <>
      {pieces.length > FEW && <Filter text={filter} shown={shown.length} of={pieces.length} />}
      <div class="citing">
        <Checks {...labelled} chosen={chosen} options={shown.map((one) => [one.id, <Described piece={one} />])} />
      </div>
      {findings.value.value.beyond > 0 && <p class="quiet">{said.beyond(findings.value.value.beyond)}</p>}
    </>
  )
}

interface FilterProps {
  readonly text: Signal<string>
  readonly shown: number
  readonly of: number
}

/** Enter would send the form that it stands in. */
const Filter = ({ text, shown, of }: FilterProps) => (
  <div onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}>
    <LineField type="search" label={said.filter} text={text} />
    <p class="quiet" role="status">
      {said.shown(shown, of)}
    </p>
  </div>
)

interface Piece {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly at: string
}

const Described = ({ piece: { id, title, source, at } }: { readonly piece: Piece }) => (
  <>
    {title}{' '}
    <span class="quiet">
      {source !== '' && `· ${source} `}· <Time at={at} /> · <code>{id}</code>
    </span>
  </>
)

type EvidenceRow = EvidenceList['evidence'][number]

const ofFinding = ({ key, type, id, source, account, receivedAt }: FindingRow): Piece => ({
  id: key,
  title: said.finding(type),
  source: `${source} ${account} ${id}`,
  at: receivedAt,
})

/** It is from whom it was asked of: the texts of the question say that. */
const ofEvidence = ({ id, kind, question, collectedAt }: EvidenceRow): Piece => ({
  id,
  title: said.piece(kind),
  source: textsIn(question).join(' '),
  at: collectedAt,
})

const textsIn = (question: unknown): readonly string[] =>
  typeof question === 'object' && question !== null
    ? Object.values(question).filter((value) => typeof value === 'string')
    : []

/** Every word of it somewhere, in any order. */
const fits = ({ id, title, source, at }: Piece, filter: string): boolean => {
  const told = `${id} ${title} ${source} ${at}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => told.includes(word))
}
