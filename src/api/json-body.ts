import type { FastifyRequest } from 'fastify'
import { refusal } from '#store/refusal'

/** Reads a body as JSON in UTF-8, with or without a byte order mark. Throws `invalid_input` that says what to send instead. */
export function jsonOf(body: Buffer, { headers }: FastifyRequest): unknown {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw refusal('invalid_input', `The body is encoded as ${encoding}: send plain JSON without content-encoding`)
  try {
    // Fatal: a reader that puts U+FFFD for what it cannot read would keep something that nobody said.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read'
    throw refusal('invalid_input', `The body is not JSON in UTF-8 (${reason}): send an object or an array`)
  }
}
