import { refusal } from '#store/database/refusal'

const MAX_KEY = 200

/** What the header `Idempotency-Key` says, or null. Throws `invalid_input`. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header !== 'string' || header.length === 0 || header.length > MAX_KEY)
    throw refusal('invalid_input', `An Idempotency-Key has 1 to ${MAX_KEY} characters`)
  return header
}
