/** Emulators answer what they do not have with a page for people, which no client can read. */
const UNREADABLE = /Deserialization error/
const SERVER_ERRORS = [500, 501]

interface Answered extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** Whether the endpoint lacks the operation altogether, so that asking again is of no use. */
export function isNotOffered(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name.startsWith('NotImplemented')) return true
  const status = (error as Answered).$metadata?.httpStatusCode
  return status !== undefined && SERVER_ERRORS.includes(status) && UNREADABLE.test(error.message)
}
