/** What people found out about an incident. */
export interface FoundOut {
  readonly claims: readonly { readonly person: string; readonly until: string; readonly end: string | null }[]
  readonly analystVerdicts: readonly {
    readonly person: string
    readonly verdict: string
    readonly conclusion: string
    readonly stands: boolean
  }[]
  readonly questions: readonly {
    readonly id: string
    readonly person: string
    readonly text: string
    readonly answers: readonly { readonly person: string; readonly text: string }[]
  }[]
  readonly problems: readonly { readonly id: string; readonly subject: string; readonly owner: string | null }[]
}
