import { parseJsonBody } from './aws-json.ts'
import { AwsFault } from './fault.ts'
import { readJson } from './json.ts'
import { headerOf, type WireRequest } from './request.ts'
import type { RouteMatch } from './routes.ts'
import { readText } from './scalars.ts'
import { type Schema, type Structure, traitsOf } from './schema.ts'
import { parseXml, readXml } from './xml-reader.ts'

export type RestBody = 'json' | 'xml'

/** Reads the input of a REST operation from its path, query, headers and body. */
export function readRestInput(match: RouteMatch, request: WireRequest, body: RestBody): Structure {
  const { input } = match.route.operation
  if (!input.isStructSchema()) return {}
  const members: Record<string, unknown> = {}
  const bodyMembers: string[] = []
  for (const [name, member] of input.structIterator()) {
    const value = isBound(member) ? readBound({ name, member, match, request, body }) : undefined
    if (value !== undefined) members[name] = value
    if (!isBound(member)) bodyMembers.push(name)
  }
  if (bodyMembers.length > 0 && request.body.length > 0) {
    const read = readBody(input, request, body) as Structure
    for (const name of bodyMembers) if (read[name] !== undefined) members[name] = read[name]
  }
  return members
}

function isBound(member: Schema): boolean {
  const traits = traitsOf(member)
  return Boolean(
    traits.httpLabel ||
      traits.httpQuery ||
      traits.httpQueryParams ||
      traits.httpHeader ||
      traits.httpPayload ||
      traits.httpPrefixHeaders !== undefined,
  )
}

interface Binding {
  readonly name: string
  readonly member: Schema
  readonly match: RouteMatch
  readonly request: WireRequest
  readonly body: RestBody
}

function readBound(binding: Binding): unknown {
  const { name, member, match, request } = binding
  const traits = traitsOf(member)
  if (traits.httpLabel) {
    const label = match.labels.get(name)
    return label === undefined ? undefined : readText(member, label, 'date-time')
  }
  if (traits.httpQuery) return readQuery(member, request.query.getAll(traits.httpQuery))
  if (traits.httpQueryParams) return readOtherQuery(binding)
  if (traits.httpHeader) return readHeader(member, headerOf(request.headers, traits.httpHeader))
  if (traits.httpPrefixHeaders !== undefined) return readPrefixed(request, traits.httpPrefixHeaders.toLowerCase())
  return request.body.length > 0 ? readPayload(member, request, binding.body) : undefined
}

function readQuery(member: Schema, values: readonly string[]): unknown {
  const [first] = values
  if (first === undefined) return undefined
  if (member.isListSchema()) return values.map((value) => readText(member.getValueSchema(), value, 'date-time'))
  return readText(member, first, 'date-time')
}

function readOtherQuery({ match, member, request }: Binding): Structure | undefined {
  const bound = new Set(['x-id', ...match.route.fixedQuery.map(([name]) => name)])
  for (const [, other] of match.route.operation.input.structIterator()) bound.add(traitsOf(other).httpQuery ?? 'x-id')
  const isList = member.getValueSchema().isListSchema()
  const entries = [...new Set(request.query.keys())]
    .filter((name) => !bound.has(name))
    .map((name) => [name, isList ? request.query.getAll(name) : request.query.get(name)] as const)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function readHeader(member: Schema, value: string | undefined): unknown {
  if (value === undefined) return undefined
  if (member.isListSchema())
    return splitHeader(value).map((part) => readText(member.getValueSchema(), part, 'http-date'))
  if (traitsOf(member).mediaType === 'application/json') return Buffer.from(value, 'base64').toString('utf8')
  return readText(member, value, 'http-date')
}

/** Splits a header list at its commas; a quoted element may hold commas and escaped characters. */
function splitHeader(value: string): readonly string[] {
  return [...value.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)/g)]
    .slice(0, -1)
    .map(([, quoted, plain = '']) => (quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1')))
}

function readPrefixed(request: WireRequest, prefix: string): Structure | undefined {
  const entries = Object.entries(request.headers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), String(value)] as const)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function readPayload(member: Schema, request: WireRequest, body: RestBody): unknown {
  if (member.isBlobSchema()) return new Uint8Array(request.body)
  if (member.isStringSchema()) return request.body.toString('utf8')
  return readBody(member, request, body)
}

function readBody(schema: Schema, request: WireRequest, body: RestBody): unknown {
  if (body === 'json') return readJson(schema, parseJsonBody(request), 'jsonName')
  try {
    return readXml(schema, parseXml(request.body.toString('utf8')))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new AwsFault('MalformedXML', cause.message)
  }
}
