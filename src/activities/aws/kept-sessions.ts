import type { ReadSession, SessionPlace } from './sessions.ts'

/** An incident asks for its clients again within moments; making them costs more than a call. */
const MOST_KEPT = 100

/** Keeps the clients of the incidents that were worked on last, for as long as their credentials are the same. */
export function keptSessions() {
  const kept = new Map<string, { readonly credentials: object; readonly session: ReadSession }>()
  return {
    /** The kept clients, or those that are made now. */
    of({ account, region, incident }: SessionPlace, credentials: object, make: () => ReadSession): ReadSession {
      const key = `${incident}/${account}/${region}`
      const known = kept.get(key)
      const session = known?.credentials === credentials ? known.session : make()
      // The order of a map is that of insertion: what is used last goes to the end.
      kept.delete(key)
      kept.set(key, { credentials, session })
      const [oldest] = kept.keys()
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
      return session
    },
  }
}
