import type { Protocol } from './protocol.ts'
import { jsonReply, type WireReply, xmlReply } from './reply.ts'
import { type RestBody, readRestInput } from './rest-input.ts'
import { writeRestOutput } from './rest-output.ts'
import { findRoute } from './routes.ts'
import { escapeXml, writeMembers, XML_DECLARATION } from './xml-writer.ts'

const locateAs =
  (body: RestBody): Protocol['locate'] =>
  (service, request) => {
    const match = findRoute(service, request)
    return match && { operation: match.route.operation, readInput: () => readRestInput(match, request, body) }
  }

/** GuardDuty, Lambda. */
export const restJson: Protocol = {
  locate: locateAs('json'),
  writeOutput: (answering, output) => writeRestOutput(answering, output, 'json'),
  writeError({ error }): WireReply {
    const reply = jsonReply(error.status, { __type: error.code, message: error.message, ...error.members })
    return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': error.code } }
  },
}

/** S3. */
export const restXml: Protocol = {
  locate: locateAs('xml'),
  writeOutput: (answering, output) => writeRestOutput(answering, output, 'xml'),
  writeError({ error, schema, requestId }) {
    const members = schema ? writeMembers(schema.schema, error.members).content : ''
    const content = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${members}`
    return xmlReply(error.status, `${XML_DECLARATION}<Error>${content}<RequestId>${requestId}</RequestId></Error>`)
  },
}
