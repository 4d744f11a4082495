import type { Call } from '#simulator/services/service'
import type { AskedQuery } from '#simulator/state/tables'
import { clusterRows, type Fields, flowRows, nameRows, objectRows, trailRows } from './datasets.ts'
import { readSelect, type Select } from './sql-reader.ts'
import { compared, SqlError } from './sql-values.ts'

/** The tables of the one database that every account’s catalogue has, as the guide of Cordon makes them. */
const DATABASE = 'logs'
const tables: Readonly<Record<string, (call: Call) => readonly Fields[]>> = {
  cloudtrail: trailRows,
  vpc_flow: flowRows,
  resolver_queries: nameRows,
  s3_data_events: objectRows,
  eks_audit: clusterRows,
}

export type Ran = Pick<AskedQuery, 'columns' | 'rows' | 'bytes' | 'ended'>

const failed = (reason: string): Ran => ({ columns: [], rows: [], bytes: 0, ended: { state: 'FAILED', reason } })

/** Runs a query over what the simulator has; what Trino would refuse fails with its reason. */
export function runSelect(call: Call, text: string, parameters: readonly string[]): Ran {
  try {
    const select = readSelect(text, parameters)
    const found = tables[select.table]
    if (found === undefined || select.database !== DATABASE)
      return failed(`TABLE_NOT_FOUND: Table 'awsdatacatalog.${select.database}.${select.table}' does not exist`)
    const denied = deniedIn(call, select)
    if (denied !== undefined) return failed(denied)
    const scanned = found(call)
    return { ...answerOver(scanned, select), bytes: JSON.stringify(scanned).length, ended: null }
  } catch (error) {
    if (error instanceof SqlError) return failed(error.message)
    throw error
  }
}

/** Athena asks the catalogue with the rights of whoever asks Athena. */
function deniedIn(call: Call, { database, table }: Select): string | undefined {
  const glue = `arn:aws:glue:${call.region}:${call.account}:`
  try {
    for (const resource of [`${glue}catalog`, `${glue}database/${database}`, `${glue}table/${database}/${table}`])
      call.check('glue:GetTable', resource, { 'aws:calledvia': 'athena.amazonaws.com' })
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What the query answers over these rows. */
export function answerOver(
  scanned: readonly Fields[],
  { columns, where, groupBy, orderBy, limit }: Select,
): Pick<AskedQuery, 'columns' | 'rows'> {
  const groups = new Map<string, Fields[]>()
  for (const [nth, row] of scanned.filter((one) => where([one]) === true).entries()) {
    const key = groupBy.length === 0 ? String(nth) : JSON.stringify(groupBy.map((evaluate) => evaluate([row])))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const chosen = [...groups.values()].toSorted((one, other) => compared(orderBy(other), orderBy(one))).slice(0, limit)
  return {
    columns: columns.map(({ name }) => name),
    rows: chosen.map((rows) =>
      columns.map(({ evaluate }) => {
        const value = evaluate(rows)
        return value === null ? null : String(value)
      }),
    ),
  }
}
