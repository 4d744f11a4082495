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
  /** Whether it stands for several calls. */
  readonly isDigest: boolean
  /** Whether it only tells: receivers must wake nobody for it. */
  readonly isMessage: boolean
}

/** What every webhook receiver gets. */
export interface PageBody {
  /** A message wakes nobody. */
  readonly type: 'page.sent' | 'message.sent'
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
  const link = `${publicUrl}${placeOf(facts)}`
  const about = plan === null ? {} : { plan, phrase: phraseOf(plan) }
  const type = facts.isMessage ? 'message.sent' : 'page.sent'
  const body = { type, incident, severity, level, person: person.id, text, link, ...about } as const
  return {
    id,
    to: person,
    body,
    subject: bounded(subjectOf(facts), SUBJECT_LENGTH),
    letter: letterOf(body, facts),
  }
}

function placeOf({ incident, plan, isDigest }: PageFacts): string {
  if (isDigest) return '/'
  return plan === null ? `/incidents/${incident}` : `/plans/${plan}`
}

function subjectOf({ incident, severity, plan, title, isDigest, isMessage }: PageFacts): string {
  if (isMessage) return `[Cordon message] ${incident}: ${title}`
  if (isDigest) return `[Cordon ${severity}] More calls wait for you, ${incident} first: ${title}`
  const wish = plan === null ? 'look into it' : 'a plan waits for your vote'
  return `[Cordon ${severity}] ${incident}: ${wish}: ${title}`
}

function letterOf({ incident, severity, level, text, link, phrase }: PageBody, facts: PageFacts): string {
  const { person, title } = facts
  return [
    `${bounded(person.name, SUBJECT_LENGTH)}, ${facts.isMessage ? 'Cordon has a message for you.' : `Cordon calls you (level ${level}).`}`,
    '',
    text,
    '',
    link,
    '',
    ...askedOf(facts, phrase),
    '',
    `Incident ${incident}, severity ${severity}: ${bounded(title, SUBJECT_LENGTH)}`,
    '',
  ].join('\n')
}

function askedOf({ isDigest, isMessage }: PageFacts, phrase: string | undefined): readonly string[] {
  if (isMessage) return ['It waits until you look; nobody else is called about it.']
  if (isDigest)
    return [
      'Everything that waits is there, what is due first on top. You get the next of these when more has come together.',
    ]
  if (phrase === undefined)
    return ['Acknowledge the incident there when you look after it; until somebody does, others are called.']
  return [
    'Read the plan there and approve, deny or hold it. Nothing is changed without the votes it needs.',
    `Its phrase is ${phrase}: whoever talks with you about this plan must see the same one.`,
  ]
}

/** Findings bring text of strangers: no line break of theirs gets into a message, no endless text, and nothing that is not what it seems. */
const bounded = (text: string, length: number): string => {
  const plain = visibleText(text.replaceAll(/[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu, ' ')).trim()
  return plain.length <= length ? plain : `${plain.slice(0, length - 1)}…`
}
