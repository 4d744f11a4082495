/** How the tables of a database and a version of Cordon fit together. */
export type SchemaFit =
  | {
      readonly kind: 'fits' /** What a later version added without taking anything away. */
      readonly later: readonly string[]
    }
  | { readonly kind: 'behind'; readonly missing: readonly string[] }
  | { readonly kind: 'ahead'; readonly later: readonly string[] }

/**
 * Migrations only add (`0002-expand-…`), so that the version before goes on with the tables of the next; what no running version
 * uses any more is taken away by a later one (`0003-contract-…`), with which earlier versions cannot run.
 */
export const MIGRATION_NAME = /^\d{4}-(expand|contract)-[a-z0-9-]+$/
const ADDS = /^\d{4}-expand-/

/** Compares the migrations that were made with those that a version knows. */
export function fitOf(made: readonly string[], known: readonly string[]): SchemaFit {
  const missing = known.filter((name) => !made.includes(name))
  const later = made.filter((name) => !known.includes(name))
  if (later.some((name) => !ADDS.test(name))) return { kind: 'ahead', later }
  return missing.length > 0 ? { kind: 'behind', missing } : { kind: 'fits', later }
}
