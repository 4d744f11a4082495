import { option, type Run } from '#cli/command'
import { sinceOf } from '#cli/since'
import { table } from '#cli/text/table'

interface Tally {
  readonly received: number
  readonly incidents: number
  readonly folded: number
  readonly benign: number
  readonly suppressed: number
  readonly quarantined: number
  readonly unaccounted: number
}

interface Row extends Tally {
  readonly day: string
  readonly account: string | null
  readonly region: string | null
  readonly benignBy: readonly { readonly rule: string; readonly count: number }[]
  readonly suppressedBy: readonly { readonly entry: string; readonly owner: string | null; readonly count: number }[]
}

interface Accounting {
  readonly total: Tally
  readonly rows: readonly Row[]
}

const USUAL_SINCE = '7d'
const head = [
  'DAY',
  'ACCOUNT',
  'REGION',
  'RECEIVED',
  'INCIDENTS',
  'FOLDED',
  'BENIGN',
  'SUPPRESSED',
  'QUARANTINED',
  'BY',
]

const cellsOf = ({ received, incidents, folded, benign, suppressed, quarantined }: Tally): readonly string[] =>
  [received, incidents, folded, benign, suppressed, quarantined].map(String)

const byOf = ({ benignBy, suppressedBy }: Row): string =>
  [
    ...benignBy.map(({ rule, count }) => `rule ${rule}: ${count}`),
    ...suppressedBy.map(({ entry, owner, count }) => `${entry} of ${owner ?? 'unknown'}: ${count}`),
  ].join(', ')

/** Fails when something is in no class: then the record contradicts itself. */
export const account: Run = async ({ api, options }) => {
  const document = await api.get<Accounting>('/api/findings/accounting', {
    since: sinceOf(option(options, 'since') ?? USUAL_SINCE),
  })
  const { total, rows } = document
  const lines = rows.map((row) => [row.day, row.account ?? '', row.region ?? '', ...cellsOf(row), byOf(row)])
  const text = table(head, [...lines, ['total', '', '', ...cellsOf(total), '']])
  if (total.unaccounted === 0) return { document, text }
  return { document, text: `${text}\n${total.unaccounted} are in no class, or in two`, hasFailed: true }
}

interface Suppression {
  readonly id: string
  readonly kind: string
  readonly owner: string
  readonly state: string
  readonly until: string
  readonly reviewBy: string
  readonly review: string | null
  readonly hidden: number
  readonly lastDay: string | null
  readonly reason: string
}

const DAY_LENGTH = 'yyyy-mm-dd'.length

export const suppressions: Run = async ({ api }) => {
  const document = await api.get<{ readonly suppressions: readonly Suppression[] }>('/api/suppressions')
  const rows = document.suppressions.map((one) => [
    one.id,
    one.kind,
    one.owner,
    one.state,
    one.until.slice(0, DAY_LENGTH),
    one.reviewBy.slice(0, DAY_LENGTH),
    String(one.hidden),
    one.lastDay ?? 'never',
    one.reason,
  ])
  const due = document.suppressions.filter(({ review }) => review !== null)
  const text = [
    table(['ENTRY', 'KIND', 'OWNER', 'STATE', 'UNTIL', 'REVIEW BY', 'HID IN 90 DAYS', 'LAST', 'REASON'], rows),
    ...due.map(({ id, owner, review }) => `To review by ${owner}: ${id}, ${review}`),
  ]
  return { document, text: text.join('\n') }
}
