import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refusal } from '#store/database/refusal'
import { jsonOf } from './json-body.ts'

/** What became of what was sent. */
export const FindingsAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer(),
  quarantined: Type.Array(Type.Object({ index: Type.Integer(), reason: Type.String() })),
  incidents: Type.Array(Type.Object({ finding: Type.String(), incident: Type.String() })),
})

/** The very bytes that came. Throws `invalid_input` without any. */
export function bodyIn({ body }: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw refusal('invalid_input', 'The body is empty: send a finding as JSON')
  return body
}

/** What they say. Throws `invalid_input` when it is no object or array. */
export function sentIn(request: FastifyRequest): object {
  const value = jsonOf(bodyIn(request), request)
  if (typeof value !== 'object' || value === null)
    throw refusal('invalid_input', 'The body must be a JSON object or array: put the finding into one')
  return value
}
