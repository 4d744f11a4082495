import { randomUUID } from 'node:crypto'
import { authenticate, refuse } from './access/authenticate.ts'
import type { Caller } from './access/caller.ts'
import { type Addressed, type Asked, type Asking, operationName } from './asked.ts'
import { decide } from './decide.ts'
import { type FaultRule, ruleFault, timeOfAws } from './faults.ts'
import type { HeldCall } from './holds.ts'
import { recordCall, recordStranger } from './record-call.ts'
import { AwsFault, notImplemented } from './wire/fault.ts'
import type { Located } from './wire/protocol.ts'
import { protocols, writeFault } from './wire/protocols.ts'
import type { WireReply } from './wire/reply.ts'
import { headerOf } from './wire/request.ts'
import { readSignedScope } from './wire/signature.ts'
import type { World } from './world.ts'

/** A reply, or null when the connection is cut: a fault rule says so, or nobody is left at its other end. */
export type Answer = WireReply | null

/** Answers one request to a service: who asks, what is asked, whether it may, what happens, and that it is recorded. */
export async function answer(world: World, addressed: Addressed): Promise<Answer> {
  const { service, request } = addressed
  const requestId = randomUUID()
  try {
    const located = locate(addressed)
    const scope = readSignedScope(request)
    if (!scope) throw refuse('unsigned', service.protocol)
    const caller = await identifyCaller(world, { ...addressed, located, scope, requestId })
    const operation = service.operations[located.operation.name]
    if (!operation) throw notImplemented(`${service.signingName}:${located.operation.name}`)
    return marked(
      world,
      await carryOut(world, { ...addressed, located, scope, requestId, caller, operation }),
      requestId,
    )
  } catch (cause) {
    if (!(cause instanceof AwsFault)) throw cause
    return marked(world, writeFault(service, cause, requestId), requestId)
  }
}

function locate({ service, request }: Addressed): Located {
  const located = protocols[service.protocol].locate(service, request)
  if (located) return located
  const asked =
    headerOf(request.headers, 'x-amz-target') ?? new URLSearchParams(request.body.toString('latin1')).get('Action')
  throw notImplemented(`${service.signingName} ${asked ?? `${request.method} ${request.path}`}`)
}

/** Who signed the request; a signature that proves nobody is written down. */
async function identifyCaller(world: World, asked: Asked): Promise<Caller> {
  const { service, request, scope } = asked
  try {
    return await authenticate(world, { request, scope, protocol: service.protocol })
  } catch (cause) {
    if (cause instanceof AwsFault) await recordStranger(world, asked, cause)
    throw cause
  }
}

async function carryOut(world: World, asking: Asking): Promise<Answer> {
  const { account, arn } = asking.caller
  const called = { operation: operationName(asking), account, principal: arn }
  const rule = world.faults.ruleFor(called)
  const asked = await arrival(world, asking, rule && { ...rule, ...called })
  if (asked === 'hung-up') return null
  const decided = decide(world, asked, rule)
  await recordCall(world, decided)
  const { result } = decided
  if (rule?.effect === 'hold-after')
    await world.holds.wait({ ...called, effect: rule.effect }, { ms: rule.holdMs, hungUp: asking.hungUp })
  if (rule?.effect === 'lose') return null
  if ('fault' in result) throw result.fault
  if (rule?.effect === 'fail-after') throw ruleFault(rule)
  return replyOf(asking, result.output)
}

function replyOf(asking: Asking, output: Readonly<Record<string, unknown>>): Answer {
  const { service, request, requestId, located } = asking
  return protocols[service.protocol].writeOutput({ service, operation: located.operation, request, requestId }, output)
}

/** The call as it begins; one that was held is judged by what holds after the wait. */
async function arrival(
  world: World,
  asking: Asking,
  rule: (HeldCall & Pick<FaultRule, 'holdMs'>) | undefined,
): Promise<Asking | 'hung-up'> {
  if (rule?.effect !== 'hold') return asking
  await world.holds.wait(rule, { ms: rule.holdMs, hungUp: asking.hungUp })
  return asking.hungUp.aborted ? 'hung-up' : { ...asking, caller: await identifyCaller(world, asking) }
}

/** The reply under its id and AWS’s time. */
function marked<Reply extends Answer>(world: World, reply: Reply, requestId: string): Reply {
  const date = new Date(timeOfAws(world.faults)).toUTCString()
  return (
    reply && {
      ...reply,
      headers: { ...reply.headers, date, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
    }
  )
}
