import { sql } from 'kysely'
import type { PageStatus } from '#domain/channels'
import { pageLimitOf } from '#domain/policy'
import type { Tx } from '#store/database/database'
import { policyOf } from '#store/policy/policies'
import { ladderOfIncident } from './called-ladder.ts'
import { lockPagesOf, putPage } from './pages.ts'

interface About {
  readonly id: string
  readonly status: string
  readonly account: string
  readonly severity_milli: number
  readonly policy_digest: string
  readonly opened_at: Date
}

interface NewMessage {
  readonly key: string
  readonly person: string
  readonly text: string
  readonly by: 'api' | 'worker'
}

/**
 * Tells a person something that does not have to wake them, once for a key. It takes no place of a page, and more of them in a window than pages may be
 * stay in the console; so do those about a closed incident, which nobody delivers.
 */
export async function insertMessage(tx: Tx, about: About, { key, person, text, by }: NewMessage): Promise<void> {
  const ladder = await ladderOfIncident(tx, about)
  const level = (ladder.find(({ people }) => people.includes(person)) ?? ladder[0])?.level ?? 1
  const isOutside = about.status !== 'closed' && (await hasPlace(tx, about, person))
  const status: PageStatus = isOutside ? 'sending' : 'recorded'
  await putPage(
    tx,
    { incident: about.id, key, person, level, text, plan: null, status, class: 'message' },
    { by, text: `${person} is told, without a page: ${text}`, body: { class: 'message' } },
  )
}

async function hasPlace(tx: Tx, { policy_digest }: About, person: string): Promise<boolean> {
  await lockPagesOf(tx, [person])
  const { pages, windowMs } = pageLimitOf(await policyOf(tx, policy_digest))
  const { sent } = await tx
    .selectFrom('page')
    .select((of) => of.fn.countAll<number>().as('sent'))
    .where('person', '=', person)
    .where('class', '=', 'message')
    .where('status', '<>', 'recorded')
    .where('sent_at', '>', sql<Date>`clock_timestamp() - make_interval(secs => ${windowMs / 1000})`)
    .executeTakeFirstOrThrow()
  return Number(sent) < pages
}
