/** Until when what a plan contained holds, as the API answers it. */
export interface Leased {
  readonly until: string
  readonly renewedBy: string | null
  readonly reason: string | null
  readonly isStanding: boolean
  readonly state: string
}

export interface LeaseRow extends Pick<Leased, 'until' | 'state'> {
  readonly plan: string
  readonly incident: string
  readonly isClosed: boolean
  readonly targets: readonly string[]
}
