/** A workgroup of Athena. */
export interface Workgroup {
  readonly name: string
  readonly isEnabled: boolean
  readonly isEnforced: boolean
  readonly cutOff: number | null
  readonly isManaged: boolean
  readonly createdAt: number
}

/** A query that was asked for, with what it will answer once it has run. */
export interface AskedQuery {
  readonly id: string
  readonly workgroup: string
  readonly text: string
  readonly parameters: readonly string[]
  readonly database: string
  readonly askedAt: number
  readonly endsAt: number
  readonly stoppedAt: number | null
  readonly bytes: number
  /** Why it fails or is cancelled; null when it succeeds. */
  readonly ended: { readonly state: 'FAILED' | 'CANCELLED'; readonly reason: string } | null
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}
