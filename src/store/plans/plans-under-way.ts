import type { Tx } from '#store/database/database'

/** Why the incident must stay as it is for now: a plan that is decided is being carried out. Its open plans are locked, so that no vote comes between. */
export async function underWay(tx: Tx, incident: string): Promise<string | null> {
  const plans = await tx
    .selectFrom('plan')
    .select(['hash', 'status'])
    .where('incident', '=', incident)
    .where('status', 'in', ['proposed', 'approved', 'executing'])
    .orderBy('hash')
    .forUpdate()
    .execute()
  const running = plans.find(({ status }) => status !== 'proposed')
  return running === undefined
    ? null
    : `Plan ${running.hash} of incident ${incident} is ${running.status}: deny it, or wait until it has ended`
}
