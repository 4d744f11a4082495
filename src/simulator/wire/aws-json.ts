import { AwsFault } from './fault.ts'
import { readJson, writeJson } from './json.ts'
import type { Protocol } from './protocol.ts'
import { jsonReply } from './reply.ts'
import { headerOf, type WireRequest } from './request.ts'
import type { Structure } from './schema.ts'

const unreadable = (reason: string): AwsFault =>
  new AwsFault('SerializationException', `The body is not a JSON object: ${reason}`)

/** Parses a JSON body, which must be an object; an empty one is an empty object. */
export function parseJsonBody(request: WireRequest): Structure {
  if (request.body.length === 0) return {}
  const value = parseJson(request.body.toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable('it is something else')
  return value as Structure
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause))
  }
}

/** CloudTrail, Secrets Manager, Organizations (1.1) and SQS (1.0). */
export const awsJson = (version: '1.0' | '1.1'): Protocol => ({
  locate(service, request) {
    const target = headerOf(request.headers, 'x-amz-target') ?? ''
    const operation = service.schemas.operations.get(target.slice(target.lastIndexOf('.') + 1))
    if (!operation) return undefined
    return {
      operation,
      readInput: () =>
        operation.input.isUnitSchema()
          ? {}
          : (readJson(operation.input, parseJsonBody(request), 'member') as Structure),
    }
  },
  writeOutput({ operation }, output) {
    const body = operation.output.isUnitSchema() ? {} : writeJson(operation.output, output, { names: 'member' })
    return jsonReply(200, body, `application/x-amz-json-${version}`)
  },
  writeError({ error, schema }) {
    const type = schema?.name ?? error.code
    const reply = jsonReply(
      error.status,
      { __type: type, message: error.message, ...error.members },
      `application/x-amz-json-${version}`,
    )
    const headers =
      type === error.code ? reply.headers : { ...reply.headers, 'x-amzn-query-error': `${error.code};Sender` }
    return { ...reply, headers }
  },
})
