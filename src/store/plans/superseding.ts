import { sql } from 'kysely'
import { shortHash } from '#domain/ids'
import type { Plan } from '#domain/plan'
import { targetKey } from '#domain/targets'
import type { Tx } from '#store/database/database'
import { record } from '#store/log/events'

/** An undo that a person asked for supersedes what was to release the same containment, or to recover the same targets, and has not begun. */
export async function supersedeOverlapped(tx: Tx, plan: Plan, hash: string): Promise<void> {
  const { purpose, undoes, proposer } = plan
  // What a person asked for is not in a runbook’s power: its own release then waits beside it.
  if (purpose !== 'undo' || undoes === undefined || proposer.startsWith('runbook/')) return
  // A list of nothing is no SQL.
  const targets = ['', ...new Set(plan.steps.map(({ target }) => targetKey(target)))]
  const reason = `undo ${shortHash(hash)} replaces it`
  const superseded = await tx
    .updateTable('plan')
    .set({
      status: 'superseded',
      status_reason: reason,
      superseded_by: hash,
      closed_at: sql<Date>`clock_timestamp()`,
    })
    .where('incident', '=', plan.incident)
    .where('purpose', 'in', ['recover', 'undo'])
    .where('status', 'in', ['proposed', 'approved'])
    .where('hash', '<>', hash)
    // Another containment's undo is not in its way, even when it is about the same target.
    .where((where) =>
      where.or([
        where('undoes', '=', undoes.plan),
        where.and([
          where('undoes', 'is', null),
          where('hash', 'in', where.selectFrom('plan_step').select('plan').where('target_key', 'in', targets)),
        ]),
      ]),
    )
    .returning('hash')
    .execute()
  for (const other of superseded)
    await record(tx, {
      stream: plan.incident,
      type: 'plan.superseded',
      actor: { kind: 'cordon', id: 'worker' },
      text: `Plan ${shortHash(other.hash)} is superseded: ${reason}`,
      refs: { plan: other.hash, by: hash },
    })
}
