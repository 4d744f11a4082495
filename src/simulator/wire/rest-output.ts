import { writeJson } from './json.ts'
import type { Answering } from './protocol.ts'
import { jsonReply, type WireReply } from './reply.ts'
import type { RestBody } from './rest-input.ts'
import { writeText } from './scalars.ts'
import { type Schema, type Structure, traitsOf } from './schema.ts'
import { escapeXml, writeRoot, XML_DECLARATION } from './xml-writer.ts'

interface OutputParts {
  readonly headers: Record<string, string>
  readonly bodyMembers: Set<string>
  /** The member that is the whole body, when the shape has one. */
  payload?: { readonly schema: Schema; readonly value: unknown }
  status: number
}

/** Writes the output of a REST operation into status, headers and body. */
export function writeRestOutput(answering: Answering, output: Structure, body: RestBody): WireReply {
  const { operation, request } = answering
  const parts: OutputParts = { headers: {}, bodyMembers: new Set(), status: operation.http?.[2] ?? 200 }
  if (!operation.output.isUnitSchema()) {
    for (const [name, member] of operation.output.structIterator())
      bindMember(parts, { name, member, value: output[name] })
  }
  const { headers, status } = parts
  if (request.method === 'HEAD' || status === 204) return { status, headers, body: '' }
  const reply = parts.payload
    ? writePayload(answering, parts.payload, body)
    : writeBody(answering, { output, parts, body })
  return { status, headers: { ...reply.headers, ...headers }, body: reply.body }
}

function bindMember(
  parts: OutputParts,
  bound: { readonly name: string; readonly member: Schema; readonly value: unknown },
): void {
  const { name, member, value } = bound
  const traits = traitsOf(member)
  if (traits.httpPayload) parts.payload = { schema: member, value }
  else if (value === undefined) return
  else if (traits.httpHeader) parts.headers[traits.httpHeader.toLowerCase()] = headerText(member, value)
  else if (traits.httpPrefixHeaders !== undefined) {
    for (const [key, text] of Object.entries(value as Structure))
      parts.headers[(traits.httpPrefixHeaders + key).toLowerCase()] = String(text)
  } else if (traits.httpResponseCode) parts.status = Number(value)
  else parts.bodyMembers.add(name)
}

function headerText(member: Schema, value: unknown): string {
  if (member.isListSchema()) {
    const item = member.getValueSchema()
    return (value as readonly unknown[])
      .map((part) => quoteIfNeeded(writeText(item, part, 'http-date'), item))
      .join(', ')
  }
  if (traitsOf(member).mediaType === 'application/json') return Buffer.from(String(value)).toString('base64')
  return writeText(member, value, 'http-date')
}

const quoteIfNeeded = (text: string, item: Schema): string =>
  item.isStringSchema() && /[",]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text

function writePayload(
  answering: Answering,
  payload: NonNullable<OutputParts['payload']>,
  body: RestBody,
): Pick<WireReply, 'headers' | 'body'> {
  const { schema, value } = payload
  if (value === undefined) return { headers: {}, body: '' }
  if (schema.isBlobSchema())
    return { headers: { 'content-type': 'application/octet-stream' }, body: value as Uint8Array }
  if (schema.isStringSchema()) return { headers: {}, body: String(value) }
  if (body === 'json') return jsonReply(200, writeJson(schema, value, { names: 'jsonName' }))
  const tag = traitsOf(schema).xmlName ?? schema.getName() ?? 'Payload'
  return xmlBody(writeRoot(schema, value as Structure, { tag, xmlns: answering.service.xmlNamespace }))
}

function writeBody(
  { operation, service }: Answering,
  { output, parts, body }: { readonly output: Structure; readonly parts: OutputParts; readonly body: RestBody },
): Pick<WireReply, 'headers' | 'body'> {
  const schema = operation.output
  const only = parts.bodyMembers
  if (body === 'json')
    return jsonReply(200, schema.isUnitSchema() ? {} : writeJson(schema, output, { names: 'jsonName', only }))
  // The only output of S3 whose single member is the root itself.
  if (operation.name === 'GetBucketLocation') {
    const location = String(output['LocationConstraint'] ?? '')
    return xmlBody(`<LocationConstraint xmlns="${service.xmlNamespace}">${escapeXml(location)}</LocationConstraint>`)
  }
  if (schema.isUnitSchema() || !hasBodyMembers(schema)) return { headers: {}, body: '' }
  const tag = traitsOf(schema).xmlName ?? schema.getName() ?? operation.name
  return xmlBody(writeRoot(schema, output, { tag, xmlns: service.xmlNamespace, only }))
}

const hasBodyMembers = (schema: Schema): boolean =>
  [...schema.structIterator()].some(
    ([, member]) => !traitsOf(member).httpHeader && traitsOf(member).httpPrefixHeaders === undefined,
  )

const xmlBody = (root: string): Pick<WireReply, 'headers' | 'body'> => ({
  headers: { 'content-type': 'application/xml' },
  body: XML_DECLARATION + root,
})
