import { timingSafeEqual } from 'node:crypto'
import { CONTROL_HEADER, SOURCE_HEADER } from '#simulator/attacks/attacker'
import type { Drills } from '#simulator/attacks/drills'
import { AwsFault } from '#simulator/wire/fault'
import { jsonReply, type WireReply } from '#simulator/wire/reply'
import { headerOf, type WireRequest } from '#simulator/wire/request'
import type { World } from '#simulator/world'
import { parseFaultSettings } from './fault-settings.ts'
import { putState, stateOf } from './state.ts'

/** The surface by which tests and drills steer the simulator; it is no part of AWS. */
export interface Control {
  readonly world: World
  readonly drills: Drills
  /** Without a token the surface is closed. */
  readonly token: string | undefined
}

const PREFIX = '/_simulator/'

/** Answers a control request: `health` is open, everything else needs `Authorization: Bearer <control token>`. */
export async function answerControl(control: Control, request: WireRequest): Promise<WireReply> {
  const path = request.path.slice(PREFIX.length)
  if (path === 'health') return jsonReply(200, { status: 'ok' })
  const token = (headerOf(request.headers, 'authorization') ?? '').replace(/^Bearer /, '')
  if (!isControlToken(control, token)) return jsonReply(401, { message: 'The control token is missing or wrong.' })
  switch (`${request.method} ${path.replace(/^drills\/.+/, 'drills/*')}`) {
    case 'GET calls':
      return jsonReply(200, { calls: control.world.calls.find(callQueryOf(request.query)) })
    case 'GET faults':
      return jsonReply(200, control.world.faults.settings)
    case 'POST faults':
      control.world.faults.change(parseFaultSettings(bodyOf(request)))
      return jsonReply(200, control.world.faults.settings)
    case 'DELETE faults':
      control.world.faults.reset()
      return jsonReply(200, control.world.faults.settings)
    case 'GET held':
      return jsonReply(200, { held: control.world.holds.list() })
    case 'POST release':
      return jsonReply(200, { released: control.world.holds.release() })
    case 'GET state':
      return jsonReply(200, { state: stateOf(control.world.store) })
    case 'POST state':
      await putState(control.world, bodyOf(request))
      return jsonReply(200, { state: stateOf(control.world.store) })
    case 'GET drills':
      return jsonReply(200, { drills: control.drills.list(), accounts: control.drills.accounts() })
    case 'POST drills/*':
      return jsonReply(200, await startDrill(control, path.slice('drills/'.length), request))
    default:
      return jsonReply(404, { message: `There is no ${request.method} ${request.path}.` })
  }
}

function startDrill({ drills, token = '' }: Control, name: string, request: WireRequest): Promise<object> {
  const { account } = bodyOf(request) as { readonly account?: unknown }
  const endpoint = `http://${headerOf(request.headers, 'host') ?? ''}`
  return drills.start(name, { endpoint, controlToken: token, ...(typeof account === 'string' ? { account } : {}) })
}

function bodyOf(request: WireRequest): object {
  if (request.body.length === 0) return {}
  try {
    const body: unknown = JSON.parse(request.body.toString('utf8'))
    if (typeof body === 'object' && body !== null) return body
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw new AwsFault('ValidationError', 'The body must be a JSON object.')
}

const QUERY_NAMES = ['account', 'operation', 'access', 'principal', 'outcome'] as const

function callQueryOf(query: URLSearchParams): Parameters<World['calls']['find']>[0] {
  const texts = QUERY_NAMES.flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const since = query.get('since')
  return { ...Object.fromEntries(texts), ...(since === null ? {} : { since: Number(since) }) }
}

function isControlToken({ token }: Control, given: string): boolean {
  if (token === undefined) return false
  const [expected, actual] = [Buffer.from(token), Buffer.from(given)]
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** The request with the address that an attack claims, when it proves that it comes from the simulator's own drills. */
export function withClaimedAddress(control: Control, request: WireRequest): WireRequest {
  const address = headerOf(request.headers, SOURCE_HEADER)
  const isOurs = isControlToken(control, headerOf(request.headers, CONTROL_HEADER) ?? '')
  return address !== undefined && isOurs ? { ...request, sourceAddress: address } : request
}
