import { phraseOf } from './phrase.ts'
import { visibleText } from './visible-text.ts'

/** What a page says, as the record has it. */
export interface PageFacts {
  /** The page’s id: every channel makes its own idempotency key of it, so that a repetition is the same message. */
  readonly id: string
  readonly incident: string
  readonly title: string
  /** In a word: low, medium, high or critical. */
  readonly severity: string
  readonly level: number
  readonly person: { readonly id: string; readonly name: string; readonly email?: string }
  readonly text: string
  /** The plan whose votes it is about. */
  readonly plan: string | null
}

/** What every webhook receiver gets. */
export interface PageBody {
  readonly type: 'page.sent'
  readonly incident: string
  readonly severity: string
  readonly level: number
  readonly person: string
  readonly text: string
  readonly link: string
  readonly plan?: string
  /** Of the plan, to be compared by voice. */
  readonly phrase?: string
}

export interface PageMessage {
  readonly id: string
  readonly to: PageFacts['person']
  readonly body: PageBody
  /** One line. */
  readonly subject: string
  /** Plain text with the link and what to do. */
  readonly letter: string
}

const SUBJECT_LENGTH = 160
const TEXT_LENGTH = 2000

/** The message of a page; links begin with `publicUrl`. */
export function pageMessage(facts: PageFacts, publicUrl: string): PageMessage {
  const { id, incident, severity, level, person, plan } = facts
  const text = bounded(facts.text, TEXT_LENGTH)
  const link = plan === null ? `${publicUrl}/incidents/${incident}` : `${publicUrl}/plans/${plan}`
  const about = plan === null ? {} : { plan, phrase: phraseOf(plan) }
  const body = { type: 'page.sent', incident, severity, level, person: person.id, text, link, ...about } as const
  const wish = plan === null ? 'look into it' : 'a plan waits for your vote'
  return {
    id,
    to: person,
    body,
    subject: bounded(`[Cordon ${severity}] ${incident}: ${wish}: ${facts.title}`, SUBJECT_LENGTH),
    letter: letterOf(body, facts),
  }
}

function letterOf({ incident, severity, level, text, link, phrase }: PageBody, { person, title }: PageFacts): string {
  return [
    `${bounded(person.name, SUBJECT_LENGTH)}, Cordon calls you (level ${level}).`,
    '',
    text,
    '',
    ...(phrase === undefined
      ? [link, '', 'Acknowledge the incident there when you look after it; until somebody does, others are called.']
      : [
          link,
          '',
          'Read the plan there and approve, deny or hold it. Nothing is changed without the votes it needs.',
          `Its phrase is ${phrase}: whoever talks with you about this plan must see the same one.`,
        ]),
    '',
    `Incident ${incident}, severity ${severity}: ${bounded(title, SUBJECT_LENGTH)}`,
    '',
  ].join('\n')
}

/** Findings bring text of strangers: no line break of theirs gets into a message, no endless text, and nothing that is not what it seems. */
const bounded = (text: string, length: number): string => {
  const plain = visibleText(text.replaceAll(/[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu, ' ')).trim()
  return plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`
}
