import type { Change, Store } from '#simulator/state/store'
import type { TableName, Tables } from '#simulator/state/tables'
import type { World } from '#simulator/world'

type Documents = Readonly<Record<string, Tables[TableName]>>
type State = Readonly<Partial<Record<TableName, Documents>>>

/** Everything that lives in the accounts, by table and key. */
export function stateOf({ all }: Store): State {
  const tables: Partial<Record<TableName, Record<string, Tables[TableName]>>> = {}
  for (const [table, key, document] of all()) if (document !== null) (tables[table] ??= {})[key] = document
  return tables
}

/** Makes the tables that are given exactly what they are said to be, as `GET state` told it once; the others stay. */
export async function putState(world: World, given: State): Promise<void> {
  const gone = [...world.store.all()].flatMap(([table, key]): readonly Change[] => {
    const documents = given[table]
    return documents === undefined || key in documents ? [] : [[table, key, null]]
  })
  const put = Object.entries(given).flatMap(([table, documents]) =>
    Object.entries(documents).map(([key, document]): Change => [table as TableName, key, document]),
  )
  await world.commit({ at: world.clock(), changes: [...gone, ...put], trail: [] })
}
