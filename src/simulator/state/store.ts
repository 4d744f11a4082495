import type { TableName, Tables } from './tables.ts'

/** Reads of the state; a view may be of now or of a moment ago. */
export interface View {
  get<T extends TableName>(table: T, key: string): Tables[T] | undefined
  /** All documents whose key starts with the prefix, in the order of their keys. */
  list<T extends TableName>(table: T, prefix: string): readonly Tables[T][]
}

/** A view whose writes are seen by itself at once and by others after `commit`. */
export interface Draft extends View {
  put<T extends TableName>(table: T, key: string, document: Tables[T]): void
  remove(table: TableName, key: string): void
}

/** One document as it became; null when it was removed. */
export type Change = readonly [table: TableName, key: string, document: Tables[TableName] | null]

interface Slot {
  readonly document: Tables[TableName] | null
  /** Older documents, newest first, with the moment until which each one held. */
  readonly past: readonly { readonly document: Tables[TableName] | null; readonly until: number }[]
}

/** How long a replaced document can still be seen by a view of the past. */
export const LONGEST_LAG_MS = 60_000

export interface Store {
  /** The state as it was at this moment, which may lie up to LONGEST_LAG_MS back. */
  viewAt(moment: number): View
  now(): View
  apply(changes: readonly Change[], at: number): void
  /** Every living document, as changes. */
  all(): Iterable<Change>
}

export function createStore(): Store {
  const tables = new Map<TableName, Map<string, Slot>>()
  const tableOf = (name: TableName): Map<string, Slot> => {
    const table = tables.get(name) ?? new Map<string, Slot>()
    tables.set(name, table)
    return table
  }
  return {
    viewAt: (moment) => viewOf(tableOf, (slot) => documentAt(slot, moment)),
    now: () => viewOf(tableOf, (slot) => slot.document),
    apply(changes, at) {
      for (const [name, key, document] of changes) replaceSlot(tableOf(name), key, { document, at })
    },
    *all() {
      for (const [name, table] of tables) {
        for (const [key, { document }] of table) if (document) yield [name, key, document]
      }
    },
  }
}

function replaceSlot(
  table: Map<string, Slot>,
  key: string,
  { document, at }: { readonly document: Slot['document']; readonly at: number },
): void {
  const previous = table.get(key)
  const kept = previous?.past.filter(({ until }) => until > at - LONGEST_LAG_MS) ?? []
  table.set(key, { document, past: [{ document: previous?.document ?? null, until: at }, ...kept] })
}

function documentAt(slot: Slot, moment: number): Slot['document'] {
  const replacedLater = slot.past.filter(({ until }) => until > moment)
  return replacedLater.at(-1)?.document ?? (replacedLater.length > 0 ? null : slot.document)
}

function viewOf(tableOf: (name: TableName) => ReadonlyMap<string, Slot>, read: (slot: Slot) => Slot['document']): View {
  return {
    get<T extends TableName>(table: T, key: string) {
      const slot = tableOf(table).get(key)
      return slot ? ((read(slot) ?? undefined) as Tables[T] | undefined) : undefined
    },
    list<T extends TableName>(table: T, prefix: string) {
      const found: [string, Tables[T]][] = []
      for (const [key, slot] of tableOf(table)) {
        const document = key.startsWith(prefix) ? read(slot) : null
        if (document) found.push([key, document as Tables[T]])
      }
      return found.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, document]) => document)
    },
  }
}

/** A draft over a view; `changes` is what `Store.apply` needs. */
export function draftOver(view: View): { readonly draft: Draft; readonly changes: () => readonly Change[] } {
  const written = createStore()
  const touched = new Map<string, readonly [TableName, string]>()
  const write = (change: Change): void => {
    touched.set(`${change[0]} ${change[1]}`, [change[0], change[1]])
    written.apply([change], 0)
  }
  const draft: Draft = {
    get: (table, key) => (touched.has(`${table} ${key}`) ? written.now().get(table, key) : view.get(table, key)),
    list(table, prefix) {
      return touched.size === 0
        ? view.list(table, prefix)
        : listMerged({ view, written: written.now(), touched }, table, prefix)
    },
    put: (table, key, document) => write([table, key, document]),
    remove: (table, key) => write([table, key, null]),
  }
  const changes = (): readonly Change[] =>
    [...touched.values()].map(([table, key]) => [table, key, written.now().get(table, key) ?? null])
  return { draft, changes }
}

function listMerged<T extends TableName>(
  parts: {
    readonly view: View
    readonly written: View
    readonly touched: ReadonlyMap<string, readonly [TableName, string]>
  },
  table: T,
  prefix: string,
): readonly Tables[T][] {
  const replaced = new Set<unknown>()
  for (const [name, key] of parts.touched.values()) if (name === table) replaced.add(parts.view.get(table, key))
  return [
    ...parts.view.list(table, prefix).filter((document) => !replaced.has(document)),
    ...parts.written.list(table, prefix),
  ]
}
