import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { authenticate, refuse } from './access/authenticate.ts'
import { contextOf, requireAllowed } from './access/authorize.ts'
import type { Caller } from './access/caller.ts'
import { type FaultRule, ruleFault, throttled } from './faults.ts'
import { keyUse } from './key-use.ts'
import type { AnyOperation, Call, Service } from './services/service.ts'
import { type Change, draftOver } from './state/store.ts'
import { type DecidedCall, trailRowsOf } from './trail/record.ts'
import { visible } from './trail/visible.ts'
import { AwsFault, notImplemented } from './wire/fault.ts'
import type { LoadedService, Located } from './wire/protocol.ts'
import { protocols, writeFault } from './wire/protocols.ts'
import type { WireReply } from './wire/reply.ts'
import { headerOf, type WireRequest } from './wire/request.ts'
import { requiredMembers, type Structure } from './wire/schema.ts'
import { readSignedScope, type SignedScope } from './wire/signature.ts'
import type { World } from './world.ts'

/** A reply, or null when a fault rule says that the connection is cut after the call had its effect. */
export type Answer = WireReply | null

export interface Addressed {
  readonly service: Service & LoadedService
  readonly request: WireRequest
  readonly endpoint: string
}

/** Answers one request to a service: who asks, what is asked, whether it may, what happens, and that it is recorded. */
export async function answer(world: World, addressed: Addressed): Promise<Answer> {
  const { service, request } = addressed
  const requestId = randomUUID()
  try {
    const located = locate(addressed)
    const scope = readSignedScope(request)
    if (!scope) throw refuse('unsigned', service.protocol)
    const caller = await authenticateOrLog(world, { ...addressed, located, scope, requestId })
    const operation = service.operations[located.operation.name]
    if (!operation) throw notImplemented(`${service.signingName}:${located.operation.name}`)
    return withId(await carryOut(world, { ...addressed, located, scope, requestId, caller, operation }), requestId)
  } catch (cause) {
    if (!(cause instanceof AwsFault)) throw cause
    return withId(writeFault(service, cause, requestId), requestId)
  }
}

interface Asked extends Addressed {
  readonly located: Located
  readonly scope: SignedScope
  readonly requestId: string
}

interface Asking extends Asked {
  readonly caller: Caller
  readonly operation: AnyOperation
}

function locate({ service, request }: Addressed): Located {
  const located = protocols[service.protocol].locate(service, request)
  if (located) return located
  const asked =
    headerOf(request.headers, 'x-amz-target') ?? new URLSearchParams(request.body.toString('latin1')).get('Action')
  throw notImplemented(`${service.signingName} ${asked ?? `${request.method} ${request.path}`}`)
}

async function authenticateOrLog(world: World, asked: Asked): Promise<Caller> {
  const { service, request, scope, located, requestId } = asked
  try {
    return await authenticate(world, { request, scope, protocol: service.protocol })
  } catch (cause) {
    if (!(cause instanceof AwsFault)) throw cause
    const at = world.clock()
    const operation = service.operations[located.operation.name]
    const call = {
      at,
      account: '',
      region: regionOf(asked),
      operation: nameOf(asked),
      access: operation?.access === 'write' ? 'write' : 'read',
      principal: '',
      accessKeyId: scope.accessKeyId,
      userAgent: headerOf(request.headers, 'user-agent') ?? '',
      parameters: null,
      outcome: 'denied',
      error: cause.code,
      requestId,
    } as const
    await world.commit({ at, changes: [], trail: [], call })
    throw cause
  }
}

const nameOf = ({ service, located }: Asked): string =>
  `${service.actionPrefix ?? service.signingName}:${located.operation.name}`

const GLOBAL_REGION = 'us-east-1'

/** Global services live in one Region, whatever Region was signed for. */
const regionOf = ({ service, scope }: Asked): string => (service.scope === 'global' ? GLOBAL_REGION : scope.region)

async function carryOut(world: World, asking: Asking): Promise<Answer> {
  const rule = world.faults.ruleFor({ operation: nameOf(asking), account: asking.caller.account })
  const decided = decide(world, rule?.effect === 'hold' ? await holdBack(world, asking, rule) : asking, rule)
  await record(world, decided)
  if (rule?.effect === 'hold-after') await pause(rule.holdMs ?? 0)
  if (rule?.effect === 'lose') return null
  const { result } = decided
  if ('fault' in result) throw result.fault
  if (rule?.effect === 'fail-after') throw ruleFault(rule)
  const { service, request, requestId, located } = asking
  return protocols[service.protocol].writeOutput(
    { service, operation: located.operation, request, requestId },
    result.output,
  )
}

/** Waits; the caller is judged by what holds after the wait. */
async function holdBack(world: World, asking: Asking, rule: FaultRule): Promise<Asking> {
  await pause(rule.holdMs ?? 0)
  return { ...asking, caller: await authenticateOrLog(world, asking) }
}

interface Decided extends DecidedCall {
  readonly changes: readonly Change[]
}

/** Runs the call on a draft of the state; a fault leaves no change. */
function decide(world: World, asking: Asking, rule: FaultRule | undefined): Decided {
  const { service, caller, operation, request, requestId, located } = asking
  const at = world.clock()
  const stale = operation.access === 'read' ? world.faults.settings.staleReadsMs : 0
  const { draft, changes } = draftOver(stale > 0 ? world.store.viewAt(at - stale) : world.store.now())
  const input = readInputOrFault(asking)
  const base = {
    service,
    operation,
    schema: located.operation,
    caller,
    request,
    requestId,
    region: regionOf(asking),
    at,
  }
  if (input instanceof AwsFault) return { ...base, input: {}, result: { fault: input }, changes: [] }
  try {
    if (rule?.effect === 'refuse') throw ruleFault(rule)
    if (world.faults.throttles()) throw throttled(service.protocol)
    const call = callOf(world, { asking, draft, at })
    requireAccess(asking, input, call)
    requireMembers(asking, input)
    return { ...base, input, result: { output: operation.run(input, call) ?? {} }, changes: changes() }
  } catch (cause) {
    if (!(cause instanceof AwsFault)) throw cause
    return { ...base, input, result: { fault: cause }, changes: [] }
  }
}

function readInputOrFault({ located }: Asking): Structure | AwsFault {
  try {
    return located.readInput()
  } catch (cause) {
    if (cause instanceof AwsFault) return cause
    throw cause
  }
}

function callOf(
  world: World,
  { asking, draft, at }: { readonly asking: Asking; readonly draft: Call['state']; readonly at: number },
): Call {
  const { caller, endpoint, service, request } = asking
  const region = regionOf(asking)
  const context = contextOf({ caller, region, sourceAddress: request.sourceAddress, at })
  return {
    state: draft,
    caller,
    account: caller.account,
    region,
    at,
    endpoint,
    trail: world.trail,
    faults: world.faults,
    context,
    protocol: service.protocol,
    check: (action, resource) => requireAllowed(caller, { action, resource, context }, service.protocol),
  }
}

function requireAccess(asking: Asking, input: Structure, call: Call): void {
  const { decidedBy = 'policies', actions = [nameOf(asking)], resources } = asking.operation
  if (decidedBy !== 'policies') return
  for (const resource of resources?.(input, call) ?? ['*']) for (const action of actions) call.check(action, resource)
}

function requireMembers({ service, located }: Asking, input: Structure): void {
  const missing = requiredMembers(located.operation.input).find((name) => input[name] === undefined)
  if (missing === undefined) return
  const code =
    service.protocol === 'ec2Query'
      ? 'MissingParameter'
      : service.protocol === 'awsQuery'
        ? 'ValidationError'
        : 'ValidationException'
  throw new AwsFault(
    code,
    `1 validation error detected: Value null at '${missing}' failed to satisfy constraint: Member must not be null`,
  )
}

/** Writes the call down. What nobody may see late is on the disk before the answer is sent. */
async function record(world: World, decided: Decided): Promise<void> {
  const { caller, operation, schema, service, result, at } = decided
  const [least, most] = world.faults.settings.trailDelayMs
  const visibleAt = at + least + Math.random() * (most - least)
  const fault = 'fault' in result ? result.fault : undefined
  const isHidden = operation.event === 'data' || fault?.code === throttled(service.protocol).code
  await world.commit({
    at,
    changes: [...decided.changes, ...keyUse(world.store.now(), decided)],
    trail: isHidden ? [] : trailRowsOf(decided, visibleAt),
    call: {
      at,
      account: caller.account,
      region: decided.region,
      operation: `${service.actionPrefix ?? service.signingName}:${schema.name}`,
      access: operation.access === 'write' ? 'write' : 'read',
      principal: caller.arn,
      accessKeyId: caller.accessKeyId,
      ...(caller.session?.sourceIdentity ? { sourceIdentity: caller.session.sourceIdentity } : {}),
      userAgent: headerOf(decided.request.headers, 'user-agent') ?? '',
      parameters: visible(schema.input, decided.input) ?? null,
      outcome: outcomeOf(fault),
      ...(fault ? { error: fault.code } : {}),
      requestId: decided.requestId,
    },
  })
}

const outcomeOf = (fault: AwsFault | undefined): 'allowed' | 'denied' | 'failed' => {
  if (!fault) return 'allowed'
  return /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(fault.code) ? 'denied' : 'failed'
}

const withId = <Reply extends Answer>(reply: Reply, requestId: string): Reply =>
  reply && { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId } }
