import type { Tx } from '#store/database/database'

/** As grave as the gravest of its findings, 0 to 10. */
export async function severityOf(tx: Tx, incident: string): Promise<number> {
  const row = await tx.selectFrom('incident').select('severity_milli').where('id', '=', incident).executeTakeFirst()
  return (row?.severity_milli ?? 0) / 1000
}
