import { option, type Run, required, word } from '#cli/command'
import { table, time } from '#cli/text/table'
import { pathOf } from './incidents.ts'

interface Reviews {
  readonly reviews: readonly {
    readonly incident: string
    readonly title: string
    readonly verdict: string
    readonly owner: string | null
    readonly dueAt: string
    readonly isLate: boolean
  }[]
}

export const list: Run = async ({ api }) => {
  const document = await api.get<Reviews>('/api/triage/reviews')
  const rows = document.reviews.map(({ incident, verdict, owner, dueAt, isLate, title }) => [
    incident,
    verdict,
    owner ?? 'any responder',
    `${time(dueAt)}${isLate ? ' late' : ''}`,
    title,
  ])
  const text =
    rows.length === 0 ? 'Nothing waits for a review.' : table(['INCIDENT', 'VERDICT', 'OWNER', 'DUE', 'TITLE'], rows)
  return { document, text }
}

interface PrecisionDocument {
  readonly precision: readonly {
    readonly verdict: string
    readonly right: number
    readonly wrong: number
    readonly open: number
    readonly late: number
    readonly precision: number | null
  }[]
}

const PERCENT = 100

const precisionText = ({ precision }: PrecisionDocument): string =>
  table(
    ['VERDICT', 'RIGHT', 'WRONG', 'OPEN', 'LATE', 'PRECISION'],
    precision.map((one) => [
      one.verdict,
      String(one.right),
      String(one.wrong),
      String(one.open),
      String(one.late),
      one.precision === null ? 'nothing reviewed' : `${(one.precision * PERCENT).toFixed(1)} %`,
    ]),
  )

export const precision: Run = async ({ api }) => {
  const document = await api.get<PrecisionDocument>('/api/triage/precision')
  return { document, text: precisionText(document) }
}

export const review: Run = async (asked) => {
  const body = { outcome: word(asked, 1), note: option(asked.options, 'note') }
  const document = await asked.api.post<PrecisionDocument>(`${pathOf(word(asked))}/review`, body)
  return { document, text: precisionText(document) }
}

interface Problem {
  readonly id: string
  readonly subject: string
  readonly owner: string | null
  readonly cause: string | null
  readonly incidents: readonly string[]
}

const problemRow = ({ id, subject, owner, cause, incidents }: Problem): readonly string[] => [
  id,
  subject,
  owner ?? 'nobody yet',
  String(incidents.length),
  cause ?? '',
]

const problemTable = (problems: readonly Problem[]): string =>
  problems.length === 0
    ? 'Nothing comes again.'
    : table(['ID', 'SUBJECT', 'OWNER', 'INCIDENTS', 'CAUSE'], problems.map(problemRow))

export const problems: Run = async ({ api }) => {
  const document = await api.get<{ readonly problems: readonly Problem[] }>('/api/problems')
  return { document, text: problemTable(document.problems) }
}

export const explain: Run = async (asked) => {
  const body = { owner: required(asked, 'owner'), cause: required(asked, 'cause') }
  const document = await asked.api.post<Problem>(`/api/problems/${encodeURIComponent(word(asked))}`, body)
  return { document, text: problemTable([document]) }
}
