import type { PastIncident } from '#cli/past-incident'
import type { Material } from '#domain/records'
import type { Judgement } from '#domain/verdict'
import { table } from './table.ts'

/** What a person concluded about an incident, with what rules see of it. */
export interface Label extends PastIncident {
  readonly id: string
  readonly person: string
  readonly conclusion: string
  /** Whether the incident has what it had when somebody concluded so. */
  readonly isCurrent: boolean
}

export interface Disagreement {
  readonly incident: string
  readonly person: string
  readonly said: string
  readonly rules: string
  readonly conclusion: string
  readonly reasons: readonly string[]
}

export interface Checked {
  readonly labels: number
  readonly agree: number
  /** No rule says; that is for people and no mistake. */
  readonly inconclusive: number
  /** The incident has more than what the person saw. */
  readonly outdated: number
  readonly disagreements: readonly Disagreement[]
}

/** Holds the rules against what people concluded. What rules leave to people is no disagreement: it is what they are for. */
export function checkLabels(judge: (material: Material) => Judgement, labels: readonly Label[]): Checked {
  const current = labels.filter(({ isCurrent }) => isCurrent)
  const judged = current.map((label) => ({ label, said: judge(label) }))
  const inconclusive = judged.filter(({ said }) => said.verdict === 'inconclusive')
  const wrong = judged.filter(({ label, said }) => said.verdict !== 'inconclusive' && said.verdict !== label.verdict)
  return {
    labels: labels.length,
    agree: judged.length - inconclusive.length - wrong.length,
    inconclusive: inconclusive.length,
    outdated: labels.length - current.length,
    disagreements: wrong.map(({ label: { incident, person, verdict, conclusion }, said }) => ({
      incident,
      person,
      said: verdict,
      rules: said.verdict,
      conclusion,
      reasons: said.reasons.map(({ rule, text }) => `${rule}: ${text}`),
    })),
  }
}

/** How many agree, and which do not. */
export const checkedText = ({ labels, agree, inconclusive, outdated, disagreements }: Checked): string =>
  [
    `${labels} labelled cases: the rules agree with ${agree}, leave ${inconclusive} to people, and contradict ${disagreements.length}; ${outdated} have more evidence than their label`,
    ...disagreements.flatMap(({ incident, person, said, rules, conclusion, reasons }) => [
      `  ${incident}: ${person} said ${said} (${conclusion}), the rules say ${rules}`,
      ...reasons.map((reason) => `    because ${reason}`),
    ]),
  ].join('\n')

/** One line for each label. */
export const labelTable = (labels: readonly Label[]): string =>
  labels.length === 0
    ? 'Nobody has concluded anything yet.'
    : table(
        ['INCIDENT', 'VERDICT', 'BY', 'CONCLUSION'],
        labels.map(({ incident, verdict, person, conclusion }) => [incident, verdict, person, conclusion]),
      )
