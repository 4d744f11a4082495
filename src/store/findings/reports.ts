import { randomUUID } from 'node:crypto'
import { ownFinding } from '#domain/own-finding'
import type { Person } from '#domain/votes'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'
import { type Received, receiveTogether } from './findings.ts'

/** What somebody thinks is wrong, in their own words. */
export interface Report {
  readonly text: string
  /** Where, in their own words: on premises, another cloud, a building. */
  readonly place: string | null
  /** Twelve digits, when it is in an account of AWS. */
  readonly account: string | null
  readonly region: string | null
}

const MOST_OF_TITLE = 120
/** In place of an account, for what is not in AWS. */
const ELSEWHERE = 'elsewhere'

/** Opens an incident of its own for what a person tells. No rule judges it: it is inconclusive, and a person is called to it. */
export async function reportSuspicion(db: Database, report: Report, person: Person): Promise<Received> {
  const { text, place, account, region } = report
  const [first = ''] = text.split('\n')
  const finding = ownFinding({
    source: 'person',
    id: `report-${randomUUID()}`,
    type: 'Report:Person/Suspicion',
    account: account ?? ELSEWHERE,
    region: region ?? ELSEWHERE,
    title: `${person.name} reports: ${clipped(first)}`,
    description: place === null ? text : `${text}\n\nWhere: ${place}`,
    at: await clock(db),
  })
  const raw = { reporter: person.id, text, place, account, region }
  const [received] = await receiveTogether(db, [{ finding, raw, channel: 'person' }])
  if (received === undefined) throw new TypeError('One was reported and none was received')
  return received
}

const clipped = (text: string): string => {
  const characters = Array.from(text)
  return characters.length <= MOST_OF_TITLE ? text : `${characters.slice(0, MOST_OF_TITLE).join('')}…`
}
