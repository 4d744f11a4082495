import { randomBytes } from 'node:crypto'

// Crockford’s alphabet: nothing that people confuse by eye or by ear.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 12

/** A new incident’s id: 60 random bits. It names nobody and nothing, since ids are readable everywhere, also in CloudTrail. */
export const newIncidentId = (): string =>
  `inc-${Array.from(randomBytes(LENGTH), (byte) => alphabet.charAt(byte % alphabet.length)).join('')}`
