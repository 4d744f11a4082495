import { texts } from '#console/texts/texts.ts'
import { type ConsolePlace, consolePlaces } from '#domain/console-place'

export interface Destination {
  readonly place: ConsolePlace
  readonly href: string
  readonly text: string
  /** The letter that goes there after a `g`; no two have the same. */
  readonly key?: string
}

const to = (place: ConsolePlace, text: string, key?: string): Destination => ({
  place,
  href: consolePlaces[place],
  text,
  ...(key === undefined ? {} : { key }),
})

/** Where every page leads, in this order. */
export const destinations: readonly Destination[] = [
  to('now', texts.now.title, 'n'),
  to('incidents', texts.incidents, 'i'),
  to('investigations', texts.investigations.title, 'v'),
  to('findings', texts.received.title, 'd'),
  to('triage', texts.triage.title, 't'),
  to('coverage', texts.coverage.title, 'c'),
  to('numbers', texts.numbers.title, 'm'),
  to('runbooks', texts.runbooks.title, 'b'),
  to('policy', texts.policy.title, 'o'),
  to('changes', texts.changes, 'r'),
  to('drills', texts.drills.title, 'l'),
  to('audit', texts.audit.title, 'u'),
  to('people', texts.members.title, 'p'),
  to('freeze', texts.freeze, 'f'),
  to('report', texts.report.short, 'w'),
]

/** Where one’s own things are. */
export const account: Destination = to('account', texts.yourAccount, 'a')
