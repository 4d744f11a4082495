import { sql } from 'kysely'
import type { ChangeDecision } from '#domain/change'
import type { Vote } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { inLiveSignIn } from '#store/people/live-sign-in'
import { type WitnessedRow, type WitnessedVote, witnessed } from '#store/votes/witnessed-vote'

export interface ChangeVote extends Vote {
  readonly decision: ChangeDecision
  readonly reason: string | null
  /** Whether an assertion came with it, which the api has checked. */
  readonly isSigned: boolean
}

interface Row {
  readonly person: string
  readonly decision: string
  readonly reason: string | null
  readonly isSigned: boolean
  readonly at: Date
}

// The column’s check constraint has the two decisions.
const voteOf = ({ decision, at, ...row }: Row): ChangeVote => ({
  ...row,
  decision: decision as ChangeDecision,
  at: at.toISOString(),
})

/** Every vote on the change, oldest first. */
export async function changeVotes(db: Database | Tx, change: string): Promise<readonly ChangeVote[]> {
  const rows = await db
    .selectFrom('change_vote')
    .select(['person', 'decision', 'reason', 'at'])
    .select(sql<boolean>`assertion is not null`.as('isSigned'))
    .where('change', '=', change)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(voteOf)
}

/** Votes on this very digest, each of a sign-in of its person that was live when it was cast. */
export async function genuineVotes(
  tx: Tx,
  { id, digest }: { readonly id: string; readonly digest: string },
): Promise<readonly ChangeVote[]> {
  const { rows } = await sql<Row>`
    select person, decision, reason, at, assertion is not null as "isSigned" from change_vote vote
     where change = ${id} and digest = ${digest}
       and ${inLiveSignIn({ person: 'vote.person', session: 'vote.session', at: 'vote.at' })}
     order by at, id`.execute(tx)
  return rows.map(voteOf)
}

/** Every vote on this very digest, with what proves it, by a passkey that counted when it was cast: a lost one takes no decision back. */
export async function witnessedChangeVotes(
  tx: Tx,
  { id, digest }: { readonly id: string; readonly digest: string },
): Promise<readonly WitnessedVote[]> {
  const { rows } = await sql<WitnessedRow>`
    select vote.person, decision, at, assertion, public_key,
           ${inLiveSignIn({ person: 'vote.person', session: 'vote.session', at: 'vote.at' })} as genuine
      from change_vote vote
      left join passkey on passkey.id = vote.assertion #>> '{assertion,id}' and passkey.person = vote.person
           and passkey.confirmed_at <= vote.at and passkey.confirmed_by <> passkey.person
           and coalesce(passkey.revoked_at > vote.at, true)
     where change = ${id} and digest = ${digest} order by at, vote.id`.execute(tx)
  return rows.map(witnessed)
}
