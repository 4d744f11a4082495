import { CONSOLE } from '#domain/channels'
import type { Person } from '#domain/votes'
import type { Tx } from './database.ts'
import { insertPage } from './pages.ts'
import { everyone } from './people.ts'

export interface Call {
  readonly incident: string
  /** Each person is called once for it. */
  readonly key: string
  readonly text: string
  readonly plan: string | null
  /** Who knows already. */
  readonly except: string
}

/** Beside the levels of every ladder. */
const NO_LEVEL = 0

const isCalled = ({ id, roles }: Person, except: string): boolean =>
  id !== except && roles.includes('approver') && !roles.includes('machine')

/** Calls every approver at once, whatever the ladder says. The incident’s workflow brings the pages to them by all channels, when it is woken. */
export async function callApprovers(tx: Tx, { incident, key, text, plan, except }: Call): Promise<void> {
  for (const { id: person } of (await everyone(tx)).filter((one) => isCalled(one, except)))
    await insertPage(
      tx,
      { incident, key, person, level: NO_LEVEL, text, plan, status: 'sending' },
      { by: 'api', text: `${person} is paged (${CONSOLE}, as every approver is): ${text}` },
    )
}
