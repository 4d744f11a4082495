import type { Signal } from '@preact/signals'
import { readEvidence, readFindings } from '#console/incidents/calls.ts'
import { Checks } from '#console/parts/field.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'

const { investigations: said } = texts

interface CitingProps {
  readonly incident: string
  readonly label: string
  readonly hint?: string
  readonly chosen: Signal<readonly string[]>
}

/** What of the incident’s record a sentence rests on. */
export function Citing({ incident, chosen, ...labelled }: CitingProps) {
  const { value: pieces } = useReading(() => readEvidence(incident))
  const { value: findings } = useReading(() => readFindings(incident))
  const options = [
    ...(findings.value?.findings ?? []).map(({ key, type, id }) => [key, `${said.finding(type)} ${id}`] as const),
    ...(pieces.value?.evidence ?? []).map(({ id, kind }) => [id, `${said.piece(kind)} ${id}`] as const),
  ]
  return <Checks {...labelled} chosen={chosen} options={options} />
}
