import { awsJson } from './aws-json.ts'
import type { AwsFault } from './fault.ts'
import type { LoadedService, Protocol, ProtocolName, ServiceWire } from './protocol.ts'
import { awsQuery, ec2Query } from './query.ts'
import type { WireReply } from './reply.ts'
import { restJson, restXml } from './rest.ts'
import type { ErrorSchema } from './schema.ts'

export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  awsQuery,
  ec2Query,
  awsJson1_0: awsJson('1.0'),
  awsJson1_1: awsJson('1.1'),
  restJson1: restJson,
  restXml,
}

/** Answers a fault in the service's own protocol, with the status that its model gives the code. */
export function writeFault(
  service: ServiceWire & Partial<LoadedService>,
  fault: AwsFault,
  requestId: string,
): WireReply {
  const schema = service.schemas?.errors.find((error) => isNamed(error, fault.code))
  const status = schema?.traits.awsQueryError?.[1] ?? schema?.traits.httpError ?? fault.status
  const error = { code: fault.code, message: fault.message, status, members: fault.members }
  return protocols[service.protocol].writeError({ service, error, schema, requestId })
}

const isNamed = (error: ErrorSchema, code: string): boolean =>
  error.name === code || error.traits.awsQueryError?.[0] === code
