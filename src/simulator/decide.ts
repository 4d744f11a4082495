import { contextOf, requireAllowed } from './access/authorize.ts'
import { type Asking, operationName, regionOf } from './asked.ts'
import { type FaultRule, ruleFault, throttled } from './faults.ts'
import type { Decided } from './record-call.ts'
import type { Call, Conditions } from './services/service.ts'
import { draftOver } from './state/store.ts'
import { watchReads } from './unread.ts'
import { AwsFault, notImplemented } from './wire/fault.ts'
import type { ProtocolName } from './wire/protocol.ts'
import { requiredMembers, type Structure } from './wire/schema.ts'
import type { World } from './world.ts'

/** Runs a call on a draft of the state: access, input, effect. A fault leaves no change. */
export function decide(world: World, asking: Asking, rule: FaultRule | undefined): Decided {
  const { service, caller, operation, request, requestId, located } = asking
  const at = world.clock()
  const region = regionOf(asking)
  const base = { service, operation, schema: located.operation, caller, request, requestId, region, at }
  let input: Structure = {}
  try {
    input = readInput(asking)
    if (rule?.effect === 'refuse') throw ruleFault(rule)
    if (world.faults.throttles()) throw throttled(service.protocol)
    return { ...base, input, ...run(world, asking, { input, at }) }
  } catch (cause) {
    if (!(cause instanceof AwsFault)) throw cause
    return { ...base, input, result: { fault: cause }, changes: [] }
  }
}

/** Whatever cannot be read as the operation's input is the caller's mistake. */
function readInput({ located }: Asking): Structure {
  try {
    return located.readInput()
  } catch (cause) {
    if (cause instanceof AwsFault) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AwsFault('SerializationException', `The input of ${located.operation.name} cannot be read: ${reason}`)
  }
}

function run(
  world: World,
  asking: Asking,
  { input, at }: { readonly input: Structure; readonly at: number },
): Pick<Decided, 'result' | 'changes'> {
  const { operation, located } = asking
  const stale = operation.access === 'read' ? world.faults.settings.staleReadsMs : 0
  const { draft, changes } = draftOver(stale > 0 ? world.store.viewAt(at - stale) : world.store.now())
  const call = callOf(world, asking, { draft, at })
  requireAccess(asking, input, call)
  requireMembers(asking, input)
  const { watched, unread } = watchReads(input)
  const output = operation.run(watched, call)
  const ignored = unread().find((name) => !operation.mayIgnore?.includes(name))
  if (ignored !== undefined) throw notImplemented(`the parameter ${ignored} of ${located.operation.name}`)
  return { result: { output }, changes: changes() }
}

function callOf(
  world: World,
  { caller, endpoint, service, request, ...asking }: Asking,
  { draft, at }: { readonly draft: Call['state']; readonly at: number },
): Call {
  const region = regionOf({ service, scope: asking.scope })
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
    check: (action, resource, more = {}) =>
      requireAllowed(
        caller,
        { action, resource, context: new Map([...context, ...Object.entries(more)]) },
        service.protocol,
      ),
  }
}

function requireAccess(asking: Asking, input: Structure, call: Call): void {
  const { decidedBy = 'policies', actions = [operationName(asking)], resources } = asking.operation
  if (decidedBy !== 'policies') return
  const more = asking.operation.conditions?.(input)
  for (const resource of resources?.(input, call) ?? ['*']) {
    const conditions = { ...more, ...resourceTags(asking.service, resource, call) }
    for (const action of actions) call.check(action, resource, conditions)
  }
}

/** Condition keys of what the resource is tagged with. */
const resourceTags = ({ tagsAt }: Asking['service'], resource: string, call: Call): Conditions =>
  Object.fromEntries(
    Object.entries(tagsAt?.(resource, call) ?? {}).map(([key, value]) => [
      `aws:resourcetag/${key.toLowerCase()}`,
      value,
    ]),
  )

const MISSING: Readonly<Record<ProtocolName, string>> = {
  awsQuery: 'ValidationError',
  ec2Query: 'MissingParameter',
  awsJson1_0: 'MissingParameter',
  awsJson1_1: 'ValidationException',
  restJson1: 'BadRequestException',
  restXml: 'InvalidRequest',
}

function requireMembers({ service, located }: Asking, input: Structure): void {
  const missing = requiredMembers(located.operation.input).find((name) => input[name] === undefined)
  if (missing === undefined) return
  throw new AwsFault(
    MISSING[service.protocol],
    `1 validation error detected: Value null at '${missing}' failed to satisfy constraint: Member must not be null`,
  )
}
