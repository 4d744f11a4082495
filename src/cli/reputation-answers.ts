/** What the API answers about lists of bad addresses, as far as the command shows it. */
export interface ImportedReputation {
  readonly version: number
  readonly digest: string
  readonly indicators: number
  readonly skipped: readonly { readonly what: string; readonly count: number }[]
}

export interface ReputationLists {
  readonly lists: readonly {
    readonly name: string
    readonly owner: string
    readonly digest: string
    readonly indicators: number
    readonly isInForce: boolean
    readonly until: string
    readonly findings: number
  }[]
}
