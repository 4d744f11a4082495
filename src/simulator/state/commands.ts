/** A command that was sent to instances through Systems Manager. */
export interface SentCommand {
  readonly id: string
  readonly document: string
  readonly comment: string
  readonly lines: readonly string[]
  readonly instances: readonly string[]
  /** Those whose agent could not be reached when it was sent. */
  readonly unreachable: readonly string[]
  readonly sentAt: number
}
