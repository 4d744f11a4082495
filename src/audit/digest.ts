import { createHash } from 'node:crypto'
import type { Json } from '#domain/json'
import { canonicalBytes } from './canonical.ts'

/** SHA-256 in lowercase hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * The value’s digest in lowercase hex: SHA-256 over `cordon/<domainTag>/v1`, a line feed and the canonical bytes.
 * The tag keeps a digest of one kind of thing from ever passing for another’s.
 */
export function digestOf(domainTag: string, value: Json): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(domainTag))
    throw new TypeError(`“${domainTag}” is no tag: lowercase words joined by hyphens`)
  return createHash('sha256').update(`cordon/${domainTag}/v1\n`).update(canonicalBytes(value)).digest('hex')
}
