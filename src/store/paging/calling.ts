import { CONSOLE } from '#domain/channels'
import { BESIDE_THE_LADDER } from '#domain/page-limit'
import type { Person } from '#domain/votes'
import type { Tx } from '#store/database/database'
import { everyone } from '#store/people/people'
import { insertPage, lockPagesOf } from './pages.ts'

export interface Call {
  readonly incident: string
  /** Each person is called once for it. */
  readonly key: string
  readonly text: string
  readonly plan: string | null
  /** Who knows already; null when nobody does. */
  readonly except: string | null
  /** `recorded` where no workflow is there to bring it out of the console. */
  readonly status?: 'recorded' | 'sending'
}

const isCalled = ({ id, roles }: Person, except: string | null): boolean =>
  id !== except && roles.includes('approver') && !roles.includes('machine')

/** Calls every approver at once, whatever the ladder says. The incident’s workflow brings the pages to them by all channels, when it is woken. */
export async function callApprovers(
  tx: Tx,
  { incident, key, text, plan, except, status = 'sending' }: Call,
): Promise<void> {
  const people = (await everyone(tx)).filter((one) => isCalled(one, except)).map(({ id }) => id)
  await lockPagesOf(tx, people)
  for (const person of people)
    await insertPage(
      tx,
      { incident, key, person, level: BESIDE_THE_LADDER, text, plan, status },
      { by: 'api', text: `${person} is paged (${CONSOLE}, as every approver is): ${text}` },
    )
}
