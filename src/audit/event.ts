import type { NewEvent } from '#domain/events'
import type { JsonObject } from '#domain/json'
import { canonicalBytes } from './canonical.ts'

/** The form of the recorded bytes. A reader refuses a version that it does not know. */
const EVENT_VERSION = 1

/** An event at its place in the log. The recorded bytes are made of it, once, and never written anew. */
export interface AuditEvent extends Omit<NewEvent, 'type'> {
  /** Open, so that an older reader can still show events of a newer Cordon. */
  readonly type: string
  /** The place within the stream, from 1, without gaps. */
  readonly seq: number
  /** RFC 3339, UTC, milliseconds; the database’s clock. */
  readonly at: string
}

/** The bytes that are stored and hashed for an event: canonical JSON, members as named here and no others. */
export function eventBytes({ stream, seq, at, actor, type, refs, text, body }: AuditEvent): Uint8Array {
  const members: JsonObject = {
    v: EVENT_VERSION,
    stream,
    seq,
    at,
    actor: { kind: actor.kind, id: actor.id },
    type,
    refs,
    text,
  }
  return canonicalBytes(body === undefined ? members : { ...members, body })
}
