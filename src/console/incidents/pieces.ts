import type { Refusal } from '#console/shell/ask.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type EvidenceList, type FindingRow, readEvidence, readFindings } from './calls.ts'

const { citing: said } = texts

/** A finding or a piece of evidence, as a sentence may rest on it. */
export interface Piece {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly at: string
}

interface Pieces {
  /** Null until they are read. */
  readonly pieces: readonly Piece[] | null
  /** So many older findings are not among them. */
  readonly beyond: number
  readonly refusal: Refusal | null
}

/** What the incident’s record has that can be cited. */
export function usePieces(incident: string): Pieces {
  const findings = useReading(() => readFindings(incident))
  const evidence = useReading(() => readEvidence(incident))
  const refusal = findings.refusal.value ?? evidence.refusal.value
  if (findings.value.value === null || evidence.value.value === null) return { pieces: null, beyond: 0, refusal }
  const { findings: rows, beyond } = findings.value.value
  return { pieces: [...rows.map(ofFinding), ...evidence.value.value.evidence.map(ofEvidence)], beyond, refusal }
}

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
