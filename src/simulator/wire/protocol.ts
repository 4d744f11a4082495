import type { WireError, WireReply } from './reply.ts'
import type { WireRequest } from './request.ts'
import type { ErrorSchema, OperationSchema, ServiceSchemas, Structure } from './schema.ts'

export type ProtocolName = 'awsQuery' | 'ec2Query' | 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml'

/** How a service is spoken to; the SDK's schemas say the rest. */
export interface ServiceWire {
  /** The service name in a signature's scope, which is also the prefix of its IAM actions. */
  readonly signingName: string
  readonly protocol: ProtocolName
  readonly xmlNamespace: string
}

/** A service with its schemas loaded. */
export interface LoadedService extends ServiceWire {
  readonly schemas: ServiceSchemas
}

/** The operation that a request names, and how to read its input (which may throw an AwsFault). */
export interface Located {
  readonly operation: OperationSchema
  readonly readInput: () => Structure
}

export interface Answering {
  readonly service: LoadedService
  readonly operation: OperationSchema
  readonly request: WireRequest
  readonly requestId: string
}

/** An error with its modelled shape, when the service has one. */
export interface Failing {
  readonly service: ServiceWire
  readonly error: WireError
  readonly schema: ErrorSchema | undefined
  readonly requestId: string
}

/** One AWS wire protocol, seen from the server. */
export interface Protocol {
  readonly locate: (service: LoadedService, request: WireRequest) => Located | undefined
  readonly writeOutput: (answering: Answering, output: Structure) => WireReply
  readonly writeError: (failing: Failing) => WireReply
}
