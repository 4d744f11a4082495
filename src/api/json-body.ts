import type { FastifyRequest } from 'fastify'
import { parsedText } from '#intake/json-text'
import { refusal } from '#store/database/refusal'

/** Reads a body as JSON in UTF-8, with or without a byte order mark. Throws `invalid_input` that says what to send instead. */
export function jsonOf(body: Buffer, { headers }: FastifyRequest): unknown {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw refusal('invalid_input', `The body is encoded as ${encoding}: send plain JSON without content-encoding`)
  try {
    // Fatal: a reader that puts U+FFFD for what it cannot read would keep something that nobody said.
    return parsedText(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw refusal('invalid_input', `The body is not JSON in UTF-8${placeIn(error)}: send an object or an array`)
  }
}

/** Where it is wrong, when the parser says so. What it says besides repeats a part of the body, which may hold a token. */
function placeIn(error: unknown): string {
  const [place] = /at position \d+/.exec(error instanceof Error ? error.message : '') ?? []
  return place === undefined ? '' : ` (${place})`
}
