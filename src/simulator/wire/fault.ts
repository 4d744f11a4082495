import type { Structure } from './schema.ts'

/** An error as AWS answers it: a code, a message for people, an HTTP status and the modelled members. */
export class AwsFault extends Error {
  readonly code: string
  /** Used when the service's model has no status for the code. */
  readonly status: number
  readonly members: Structure

  constructor(code: string, message: string, details: { readonly status?: number; readonly members?: Structure } = {}) {
    super(message)
    this.name = 'AwsFault'
    this.code = code
    this.status = details.status ?? 400
    this.members = details.members ?? {}
  }
}

export const notImplemented = (what: string): AwsFault =>
  new AwsFault('NotImplemented', `The simulator does not implement ${what}.`, { status: 501 })
