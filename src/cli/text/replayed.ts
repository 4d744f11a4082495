import type { PastIncident } from '#cli/past-incident'
import type { Material } from '#domain/records'
import { gravity, type Judgement } from '#domain/verdict'
import { table } from './table.ts'

/** An incident whose verdict or priority would be another one. */
export interface ChangedVerdict {
  readonly incident: string
  readonly before: string
  readonly after: string
  readonly priority: { readonly before: string | null; readonly after: string }
  readonly isMilder: boolean
  readonly reasons: readonly string[]
}

export interface Replayed {
  readonly since: string
  /** The folder that they are from, or `shipped`. */
  readonly rules: string
  /** The file that it is from, or `in force`. */
  readonly context: string
  readonly incidents: number
  readonly changes: readonly ChangedVerdict[]
}

/** What the rules would change of the incident: itself, or nothing. */
export function changesBy(judge: (material: Material) => Judgement, past: PastIncident): readonly ChangedVerdict[] {
  const { verdict, priority, reasons } = judge(past)
  if (verdict === past.verdict && priority === past.priority) return []
  return [
    {
      incident: past.incident,
      before: past.verdict,
      after: verdict,
      priority: { before: past.priority, after: priority },
      isMilder: gravity.indexOf(verdict) > gravity.indexOf(past.verdict),
      reasons: reasons.map(({ rule, text }) => `${rule}: ${text}`),
    },
  ]
}

const EXAMPLES = 3

/** How many verdicts change and how, with a few of each and why; every threat that would be hidden is named. */
export function replayText({ since, rules, context, incidents, changes }: Replayed): string {
  const said = context === 'in force' ? '' : ` and the context of ${context}`
  const head = `${incidents} incidents since ${since}, judged by the rules ${rules === 'shipped' ? 'that are shipped' : `of ${rules}`}${said}: ${changes.length} change`
  const kinds = [...new Set(changes.map(kindOf))].map((kind) => changes.filter((change) => kindOf(change) === kind))
  const rows = kinds.map((of) => [
    ...of.slice(0, 1).map(kindOf),
    String(of.length),
    of[0]?.isMilder === true ? 'milder' : '',
  ])
  const hidden = changes.filter(({ after }) => after === 'benign-expected')
  const threats = hidden.filter(({ before }) => before === 'threat')
  return [
    head,
    ...(changes.length === 0 ? [] : [table(['VERDICT', 'HOW MANY', ''], rows)]),
    ...(hidden.length === 0 ? [] : [`would have hidden ${hidden.length}, ${threats.length} of which were threats`]),
    ...(threats.length === 0 ? [] : [`  threats: ${threats.map(({ incident }) => incident).join(', ')}`]),
    ...kinds.flatMap((of) => of.slice(0, EXAMPLES).flatMap(exampleText)),
  ].join('\n')
}

const kindOf = ({ before, after }: ChangedVerdict): string => `${before} → ${after}`

const exampleText = (change: ChangedVerdict): readonly string[] => [
  `${change.incident}: ${kindOf(change)}, ${change.priority.before ?? 'none'} → ${change.priority.after}`,
  ...change.reasons.map((reason) => `  because ${reason}`),
]
