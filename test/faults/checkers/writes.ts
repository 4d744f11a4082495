import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from '../run.ts'
import { object, rowsOf, text, time } from './record.ts'

/** The roles that may write in every account, and Cordon’s identities that may not. Source: docs, generated roles. */
const WRITER = /:assumed-role\/Cordon(?:Responder|Restorer)\/cordon-(?<incident>.+)-(?<step>\d+)$/
const CORDON = /:assumed-role\/Cordon|:user\/cordon-/

/** A write by a writing role, with the plan and step that its session is of. */
export interface Write {
  readonly call: CallRow
  readonly plan: string
  readonly step: number
  /** The step’s permit; undefined when there is none. */
  readonly permit: Row | undefined
}

const isWrite = ({ access }: CallRow): boolean => access === 'write'

/** Writes by Cordon in any of its identities; also one that only says that it is Cordon’s. */
export const cordonsWrites = ({ calls }: FaultRun): readonly CallRow[] =>
  calls.filter((call) => isWrite(call) && (CORDON.test(call.principal) || / cordon\//.test(call.userAgent)))

/** Changes by anybody else: the attacker, the owner, a script that drifts a target. */
export const foreignWrites = ({ calls }: FaultRun): readonly CallRow[] =>
  calls.filter((call) => isWrite(call) && call.outcome === 'allowed' && !CORDON.test(call.principal))

export const isByWriter = ({ principal }: CallRow): boolean => WRITER.test(principal)

/** The write with its permit: by its session’s tags, or, when the session is gone, by the incident and step in its name and the time. */
export function writeOf(run: FaultRun, call: CallRow): Write {
  const { plan, step } = sessionOf(run, call) ?? namedIn(run, call)
  const permit = rowsOf(run, 'permit').find((row) => text(row, 'plan') === plan && text(row, 'step') === String(step))
  return { call, plan, step, permit }
}

type Place = Pick<Write, 'plan' | 'step'>

function sessionOf({ state }: FaultRun, { accessKeyId }: CallRow): Place | undefined {
  const tags = object(object(state['session']?.[accessKeyId])['tags'])
  const plan = text(tags, 'cordon:plan')
  return plan === '' ? undefined : { plan, step: Number(text(tags, 'cordon:step')) }
}

function namedIn(run: FaultRun, { principal, at }: CallRow): Place {
  const { incident = '', step = '' } = WRITER.exec(principal)?.groups ?? {}
  const ofIncident = new Set(
    rowsOf(run, 'plan')
      .filter((row) => text(row, 'incident') === incident)
      .map((row) => text(row, 'hash')),
  )
  const opened = rowsOf(run, 'permit')
    .filter((row) => ofIncident.has(text(row, 'plan')) && text(row, 'step') === step && time(row, 'opened_at') <= at)
    .toSorted((one, other) => time(other, 'opened_at') - time(one, 'opened_at'))
  return { plan: text(opened[0], 'plan'), step: Number(step) }
}
