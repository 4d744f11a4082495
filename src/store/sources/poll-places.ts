import type { Database } from '#store/database/database'

/** An account and Region to read findings in. */
export interface PollPlace {
  readonly partition: string
  readonly account: string
  readonly region: string
  /** What the account’s roles ask for; null behind an emulator that asks for nothing. Never logged. */
  readonly externalId: string | null
}

/**
 * Where findings are polled: in the registered administrator of each account, which AWS sends the findings of its members to, else in the account
 * itself. Each once, in each of its Regions.
 */
export async function pollPlaces(db: Database): Promise<readonly PollPlace[]> {
  const accounts = await db.selectFrom('account').selectAll().orderBy('id').execute()
  const known = new Map(accounts.map((account) => [account.id, account]))
  const holders = new Set(accounts.map((account) => known.get(account.administrator ?? '') ?? account))
  return [...holders].flatMap(({ id, partition, regions, external_id: externalId }) =>
    regions.map((region) => ({ partition, account: id, region, externalId })),
  )
}

/** Every registered account in each of its Regions. */
export async function allPlaces(db: Database): Promise<readonly PollPlace[]> {
  const accounts = await db.selectFrom('account').selectAll().orderBy('id').execute()
  return accounts.flatMap(({ id, partition, regions, external_id: externalId }) =>
    regions.map((region) => ({ partition, account: id, region, externalId })),
  )
}

/** Where the account’s findings of the Region are read: in its registered administrator, else in itself. Undefined where that is not registered for it. */
export async function placeOf(
  db: Database,
  { account, region }: { readonly account: string; readonly region: string },
): Promise<PollPlace | undefined> {
  const own = await db.selectFrom('account').selectAll().where('id', '=', account).executeTakeFirst()
  const holder = await db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', own?.administrator ?? account)
    .executeTakeFirst()
  const row = holder ?? own
  if (row === undefined || !row.regions.includes(region)) return undefined
  return { partition: row.partition, account: row.id, region, externalId: row.external_id }
}
