import { type ChangeStatus, changeQuorum } from '#domain/change'
import { shortHash } from '#domain/ids'
import { phraseOf } from '#domain/phrase'
import { eligibleCount, tally } from '#domain/votes'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { everyone } from '#store/people/people'
import { kindOf } from './change-kinds.ts'
import { areChangesSigned } from './change-signing.ts'
import { type ChangeRow, statementOf } from './change-statement.ts'
import { changeVotes } from './change-votes.ts'
import { policyInForce, policyOf } from './policies.ts'

/** A change as people decide it. Throws `not_found`. */
export async function changeView(db: Database, id: string) {
  const row = await db.selectFrom('change').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw refusal('not_found', `There is no change ${id}`)
  // What it makes different is said while it can be decided: later the policy in force is another.
  const review =
    row.status === 'proposed'
      ? await kindOf(statementOf(row).kind).review(db, statementOf(row).body)
      : { differences: [], concerns: [] }
  return { ...(await rowView(db, row)), body: row.body, ...review }
}

/** Every change, the newest first; with a status, those of it. */
export async function changeList(db: Database, status: ChangeStatus | undefined) {
  const rows = await db
    .selectFrom('change')
    .selectAll()
    .$if(status !== undefined, (query) => query.where('status', '=', status ?? ''))
    .orderBy('proposed_at', 'desc')
    .orderBy('id')
    .limit(MOST)
    .execute()
  return Promise.all(rows.map((row) => rowView(db, row)))
}

const MOST = 200

async function rowView(db: Database, row: ChangeRow) {
  const [votes, people, inForce, asksPasskey] = await Promise.all([
    changeVotes(db, row.id),
    everyone(db),
    policyInForce(db),
    areChangesSigned(db),
  ])
  const quorum = inForce === undefined ? { required: 2, groups: 2 } : changeQuorum(await policyOf(db, inForce))
  const { proposer } = row
  const counted = tally({ quorum, proposer, people, votes })
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    digest: row.digest,
    shortHash: shortHash(row.digest),
    phrase: phraseOf(row.digest),
    status: row.status as ChangeStatus,
    statusReason: row.status_reason,
    proposer,
    proposedAt: row.proposed_at.toISOString(),
    decideBy: row.decide_by.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    quorum: {
      required: quorum.required,
      groups: quorum.groups,
      given: 'given' in counted ? counted.given : votes.filter(({ decision }) => decision === 'approve').length,
      eligible: eligibleCount(people, { proposer }),
    },
    votes,
    asksPasskey,
  }
}
