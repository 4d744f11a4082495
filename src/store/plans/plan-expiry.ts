import type { PlanView } from '#domain/records'
import type { Database } from '#store/database/database'
import { viewOf } from '#store/incidents/record-view'
import { lockPlan } from '#store/votes/voting'
import { expire } from './plan-decision.ts'

/** Ends the plan when its decide-by is over and nothing decided it; answers what it is then. Throws `not_found`. */
export const expirePlan = (db: Database, hash: string): Promise<PlanView> =>
  db.transaction().execute(async (tx) => {
    const row = await lockPlan(tx, hash)
    if (row.status !== 'proposed' || !row.isLate) return viewOf(row)
    const reason = await expire({ tx, row }, 'worker')
    return { ...viewOf(row), status: 'expired', reason }
  })
