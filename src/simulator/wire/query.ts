import { type FormDialect, parseForm, readForm } from './form.ts'
import type { Failing, Protocol } from './protocol.ts'
import { xmlReply } from './reply.ts'
import type { Structure } from './schema.ts'
import { escapeXml, writeMembers, XML_DECLARATION } from './xml-writer.ts'

const locateIn =
  (dialect: FormDialect): Protocol['locate'] =>
  (service, request) => {
    const form = parseForm(request.body.length > 0 ? request.body.toString('utf8') : request.query.toString())
    const operation = service.schemas.operations.get(form.children.get('Action')?.value ?? '')
    return operation && { operation, readInput: () => (readForm(operation.input, form, dialect) ?? {}) as Structure }
  }

const codeAndMessage = ({ error }: Failing): string =>
  `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`

/** IAM, STS, Auto Scaling, RDS. */
export const awsQuery: Protocol = {
  locate: locateIn('awsQuery'),
  writeOutput({ service, operation, requestId }, output) {
    const { name, output: schema } = operation
    const result = schema.isUnitSchema() ? '' : `<${name}Result>${writeMembers(schema, output).content}</${name}Result>`
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
    return xmlReply(200, `<${name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${name}Response>`)
  },
  writeError(failing) {
    const { service, error, schema, requestId } = failing
    const members = schema ? writeMembers(schema.schema, error.members).content : ''
    const type = error.status < 500 ? 'Sender' : 'Receiver'
    const body = `<Error><Type>${type}</Type>${codeAndMessage(failing)}${members}</Error><RequestId>${requestId}</RequestId>`
    return xmlReply(error.status, `<ErrorResponse xmlns="${service.xmlNamespace}">${body}</ErrorResponse>`)
  },
}

/** EC2 alone. */
export const ec2Query: Protocol = {
  locate: locateIn('ec2Query'),
  writeOutput({ service, operation, requestId }, output) {
    const { name, output: schema } = operation
    const content = schema.isUnitSchema() ? '<return>true</return>' : writeMembers(schema, output).content
    const body = `<requestId>${requestId}</requestId>${content}`
    return xmlReply(200, `${XML_DECLARATION}<${name}Response xmlns="${service.xmlNamespace}">${body}</${name}Response>`)
  },
  writeError(failing) {
    const body = `<Errors><Error>${codeAndMessage(failing)}</Error></Errors><RequestID>${failing.requestId}</RequestID>`
    return xmlReply(failing.error.status, `${XML_DECLARATION}<Response>${body}</Response>`)
  },
}
