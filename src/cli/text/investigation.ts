import { table, time } from './table.ts'

export interface Queue {
  readonly investigations: readonly {
    readonly incident: string
    readonly title: string
    readonly priority: string | null
    readonly answerBy: string | null
    readonly isLate: boolean
    readonly claim: { readonly person: string; readonly until: string } | null
    readonly suggested: string | null
  }[]
  readonly more: number
}

export interface Brief {
  readonly who: readonly string[]
  readonly from: readonly string[]
  readonly changed: readonly string[]
  readonly reach: readonly string[]
  readonly unseen: readonly string[]
  readonly sources: readonly { readonly source: string; readonly state: string; readonly text: string }[]
  readonly similar: readonly {
    readonly incident: string
    readonly title: string
    readonly about: string
    readonly status: string
    readonly verdict: string | null
    readonly closureCode: string | null
  }[]
}

/** One line for each that waits. */
export function queueText({ investigations, more }: Queue): string {
  if (investigations.length === 0) return 'Nothing waits to be looked into.'
  const rows = investigations.map(({ incident, priority, answerBy, isLate, claim, suggested, title }) => [
    incident,
    priority ?? '',
    `${answerBy === null ? '' : time(answerBy)}${isLate ? ' late' : ''}`,
    claim === null ? `nobody; ${suggested ?? 'no responder'} could` : `${claim.person} until ${time(claim.until)}`,
    title,
  ])
  const rest = more === 0 ? [] : [`and ${more} more`]
  return [table(['INCIDENT', 'PRIORITY', 'ANSWER BY', 'WHOSE', 'TITLE'], rows), ...rest].join('\n')
}

/** Each question of whoever investigates, with what the record says. */
export const briefText = ({ who, from, changed, reach, unseen, sources, similar }: Brief): string =>
  [
    ['Who', who],
    ['From where', from],
    ['What changed', changed],
    ['What it can reach', reach],
    ['Similar', similar.map(similarText)],
    ['What could not be seen', unseen],
    ['Sources', sources.map(({ source, state, text }) => `${source}: ${state} (${text})`)],
  ]
    .map(([title, lines]) =>
      [title, ...(lines?.length === 0 ? ['  nothing that is known'] : indented(lines))].join('\n'),
    )
    .join('\n')

const indented = (lines: string | readonly string[] | undefined): readonly string[] =>
  [lines ?? []].flat().map((line) => `  ${line}`)

const similarText = ({ incident, title, about, status, verdict, closureCode }: Brief['similar'][number]): string =>
  `${incident}, the same ${about}: ${closureCode === null ? status : `closed as ${closureCode}`}, verdict ${verdict ?? 'none'}: ${title}`
