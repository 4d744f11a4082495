import type { Caller } from './access/caller.ts'
import { type Asked, operationName, regionOf } from './asked.ts'
import type { CallRow } from './calls.ts'
import { throttled } from './faults.ts'
import { keyUse } from './key-use.ts'
import type { Change } from './state/store.ts'
import { type DecidedCall, trailRowsOf } from './trail/record.ts'
import { visible } from './trail/visible.ts'
import type { AwsFault } from './wire/fault.ts'
import { headerOf } from './wire/request.ts'
import type { World } from './world.ts'

/** A call with what it changes. */
export interface Decided extends DecidedCall {
  readonly changes: readonly Change[]
}

/** Writes a call down: what it changes, its events and its log row. A change is on the disk when this resolves. */
export async function recordCall(world: World, decided: Decided): Promise<void> {
  const { operation, service, result, at } = decided
  const [least, most] = world.faults.settings.trailDelayMs
  const visibleAt = at + least + Math.random() * (most - least)
  const fault = 'fault' in result ? result.fault : undefined
  const isHidden = operation.event === 'data' || fault?.code === throttled(service.protocol).code
  await world.commit({
    at,
    changes: [...decided.changes, ...keyUse(world.store.now(), decided)],
    trail: isHidden ? [] : trailRowsOf(decided, visibleAt),
    call: rowOf(decided, fault),
  })
}

const rowOf = (
  { caller, region, operation, schema, service, input, request, requestId, at }: Decided,
  fault: AwsFault | undefined,
): CallRow => ({
  at,
  account: caller.account,
  region,
  operation: `${service.signingName}:${schema.name}`,
  access: operation.access === 'write' ? 'write' : 'read',
  principal: caller.arn,
  accessKeyId: caller.accessKeyId,
  ...sourceIdentityOf(caller),
  userAgent: headerOf(request.headers, 'user-agent') ?? '',
  parameters: visible(schema.input, input) ?? null,
  outcome: outcomeOf(fault),
  ...(fault ? { error: fault.code } : {}),
  requestId,
})

const sourceIdentityOf = ({ session }: Caller): Pick<CallRow, 'sourceIdentity'> =>
  session?.sourceIdentity === undefined ? {} : { sourceIdentity: session.sourceIdentity }

function outcomeOf(fault: AwsFault | undefined): CallRow['outcome'] {
  if (!fault) return 'allowed'
  return /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(fault.code) ? 'denied' : 'failed'
}

/** Writes down a request whose signature proved nobody. CloudTrail does not show such requests; the call log does. */
export async function recordStranger(world: World, asked: Asked, fault: AwsFault): Promise<void> {
  const { service, request, scope, located, requestId } = asked
  const at = world.clock()
  const call: CallRow = {
    at,
    account: '',
    region: regionOf(asked),
    operation: operationName(asked),
    access: service.operations[located.operation.name]?.access === 'write' ? 'write' : 'read',
    principal: '',
    accessKeyId: scope.accessKeyId,
    userAgent: headerOf(request.headers, 'user-agent') ?? '',
    parameters: null,
    outcome: 'denied',
    error: fault.code,
    requestId,
  }
  await world.commit({ at, changes: [], trail: [], call })
}
