import { texts } from '#console/texts/texts.ts'
import { type ConsolePlace, consolePlaces } from '#domain/console-place'

export interface Destination {
  readonly place: ConsolePlace
  readonly href: string
  readonly text: string
}

const to = (place: ConsolePlace, text: string): Destination => ({ place, href: consolePlaces[place], text })

/** Where the head of every page leads, in this order. */
export const destinations: readonly Destination[] = [
  to('incidents', texts.incidents),
  to('changes', texts.changes),
  to('freeze', texts.freeze),
  to('coverage', texts.coverage.title),
  to('numbers', texts.numbers.title),
  to('runbooks', texts.runbooks.title),
  to('policy', texts.policy.title),
  to('drills', texts.drills.title),
  to('audit', texts.audit.title),
]
