import type { Caller } from './access/caller.ts'
import type { AnyOperation, Service } from './services/service.ts'
import type { LoadedService, Located } from './wire/protocol.ts'
import type { WireRequest } from './wire/request.ts'
import type { SignedScope } from './wire/signature.ts'

/** A request that has found its service. */
export interface Addressed {
  readonly service: Service & LoadedService
  readonly request: WireRequest
  readonly endpoint: string
  /** Aborted when nobody waits for the answer any more. */
  readonly hungUp: AbortSignal
}

/** A request whose operation is known and that names a signer. */
export interface Asked extends Addressed {
  readonly located: Located
  readonly scope: SignedScope
  readonly requestId: string
}

/** A request whose signer is proved, for an operation that is simulated. */
export interface Asking extends Asked {
  readonly caller: Caller
  readonly operation: AnyOperation
}

/** The operation as IAM names it, such as `iam:PutUserPolicy`. */
export const operationName = ({ service, located }: Pick<Asked, 'service' | 'located'>): string =>
  `${service.signingName}:${located.operation.name}`

const GLOBAL_REGION = 'us-east-1'

/** Global services live in one Region, whatever Region was signed for. */
export const regionOf = ({ service, scope }: Pick<Asked, 'service' | 'scope'>): string =>
  service.scope === 'global' ? GLOBAL_REGION : scope.region
