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
  to('investigations', texts.investigations.title),
  to('findings', texts.findings.title),
  to('triage', texts.triage.title),
  to('people', texts.members.title),
  to('report', texts.report.short),
]
