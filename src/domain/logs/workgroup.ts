/** The settings of a workgroup that bound what a query may cost and where its answer goes. */
export interface WorkgroupSeen {
  readonly isEnabled: boolean
  /** Whether its settings stand above those of a query. */
  readonly isEnforced: boolean
  /** The bytes that one query may scan, or null for no bound. */
  readonly cutOff: number | null
  /** Whether Athena keeps the results itself, in no bucket of anybody. */
  readonly isManaged: boolean
}

const settings: readonly { readonly holds: (seen: WorkgroupSeen) => boolean; readonly text: string }[] = [
  { holds: ({ isEnabled }) => isEnabled, text: 'it is disabled' },
  {
    holds: ({ isEnforced }) => isEnforced,
    text: 'its settings are not enforced (EnforceWorkGroupConfiguration)',
  },
  {
    holds: ({ cutOff }) => cutOff !== null,
    text: 'it has no limit of bytes that a query may scan (BytesScannedCutoffPerQuery)',
  },
  {
    holds: ({ isManaged }) => isManaged,
    text: 'its results are not kept by Athena itself (ManagedQueryResultsConfiguration)',
  },
]

/** What keeps Cordon from asking in this workgroup, a phrase each. */
export const missingOf = (seen: WorkgroupSeen): readonly string[] =>
  settings.filter(({ holds }) => !holds(seen)).map(({ text }) => text)
