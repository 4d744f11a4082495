import type { Environment } from '#domain/policy'
import type { Database, Tx } from '#store/database/database'
import { record } from '#store/log/events'

export interface RegisteredAccount {
  readonly id: string
  readonly name: string
  readonly environment: Environment
  readonly regions: readonly string[]
  readonly partition?: string
  /** What the account’s roles ask for; left out behind an emulator that asks for nothing. */
  readonly externalId?: string | undefined
  /** The path of its organizational unit, as the organisation's structure has it. */
  readonly unit?: string
}

/** Makes the account known to Cordon, or brings what is known of it up to date. */
export async function registerAccount(tx: Tx, account: RegisteredAccount): Promise<void> {
  const { id, name, environment, partition = 'aws', externalId = null, unit = null } = account
  const place = { partition, regions: [...account.regions], organizational_unit: unit }
  const row = { name, environment, ...place, external_id: externalId }
  const before = await tx.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  if (
    before !== undefined &&
    Object.entries(row).every(([key, value]) => String(before[key as keyof typeof row]) === String(value))
  )
    return
  await tx
    .insertInto('account')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  await record(tx, {
    stream: 'system',
    type: 'account.added',
    actor: { kind: 'cordon', id: 'setup' },
    text: `Account ${name} (${id}) is known as ${environment}`,
    refs: { account: id },
    body: { name, environment, partition, regions: row.regions, ...(unit === null ? {} : { unit }) },
  })
}

/** The ids of all accounts that Cordon knows, in their order. */
export async function accountIds(db: Database): Promise<readonly string[]> {
  const rows = await db.selectFrom('account').select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}
