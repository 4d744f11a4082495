import { entryOf } from '#domain/catalogue/erased'
import type { ActionName } from '#domain/catalogue/index'
import type { EventType } from '#domain/events'
import type { Observation } from '#domain/executor'
import type { ProposedAction } from '#domain/proposal'
import type { DeclaredCall, State } from '#domain/state'
import { fill } from '#domain/state'
import { type Target, targetKey, targetName } from '#domain/targets'
import {
  type Cast,
  type ScriptedOutcome,
  type TestEvent,
  type TestPlan,
  type TestWorld,
  usualPolicy,
} from './test-world.ts'

/** Everything that one run of a runbook knows and has done: the record and the account in memory, on a clock that nobody waits for. */
export interface TestRun {
  readonly incident: string
  readonly account: string
  readonly runbook: string
  readonly world: TestWorld
  readonly cast: Cast
  readonly policy: NonNullable<TestWorld['policy']>
  readonly timeline: TestEvent[]
  readonly plans: TestPlan[]
  /** By plan, the calls whose effect is there, by step. */
  readonly done: Map<string, readonly (readonly DeclaredCall[])[]>
  readonly states: Map<string, State>
  readonly used: Map<string, number>
  now: number
}

export interface NewRun {
  readonly account: string
  readonly runbook: string
  readonly world: TestWorld
  readonly cast: Cast
  readonly startsAt: string
}

export const newRun = ({ startsAt, ...given }: NewRun): TestRun => ({
  ...given,
  incident: 'inc-test',
  policy: given.world.policy ?? usualPolicy,
  timeline: [],
  plans: [],
  done: new Map(),
  states: new Map(),
  used: new Map(),
  now: Date.parse(startsAt),
})

export const timeOf = ({ now }: TestRun): string => new Date(now).toISOString()

export function tell(run: TestRun, type: EventType, text: string): void {
  run.timeline.push({ at: timeOf(run), type, text })
}

/** The next entry of a script under its name; the last one stays. */
function next<Entry>(run: TestRun, name: string, script: readonly Entry[]): Entry | undefined {
  const place = run.used.get(name) ?? 0
  run.used.set(name, place + 1)
  return script[Math.min(place, script.length - 1)]
}

const stateKey = ({ action, target }: ProposedAction): string => `${action} ${targetKey(target)}`

/** What an observation sees: what an own step left, else what the script says, else a target that nobody has touched. */
export function observe(run: TestRun, wanted: ProposedAction): Observation {
  const { action, target } = wanted
  if (run.world.gone?.includes(action) === true)
    return { kind: 'gone', reason: `${targetName(target)} no longer exists` }
  const scripted = run.world.states?.[action] as State | readonly State[] | undefined
  const listed =
    scripted === undefined ? [] : Array.isArray(scripted) ? (scripted as readonly State[]) : [scripted as State]
  const left = run.states.get(stateKey(wanted))
  const state = left ?? next(run, `state ${action}`, listed) ?? untouched[action]
  return { kind: 'found', arn: arnOf(target), state, blastRadius: [] }
}

const untouched: { readonly [Name in ActionName]: State } = {
  denyUser: { ourPolicy: null },
  deactivateAccessKeys: { AKIATEST: 'Active' },
  revokeRoleSessions: { ourPolicy: null },
  rotateAccessKey: { keys: 'AKIATEST', newKey: null, secret: null },
}

const arnOf = (target: Target): string =>
  `arn:aws:iam::${target.account}:${target.kind === 'iam-role' ? 'role' : 'user'}/${targetName(target)}`

export const outcomeFor = (run: TestRun, action: ActionName): ScriptedOutcome =>
  next(run, `outcome ${action}`, run.world.outcomes?.[action] ?? []) ?? 'applied'

/** What placeholders turn out to be. */
const VALUES = { newKeyId: 'AKIANEW', issuedBefore: '2026-01-01T00:00:00Z' }

/** Makes the calls of a step in memory; gives them with their values. */
export function carryOut(
  run: TestRun,
  step: ProposedAction & { readonly before: State; readonly calls: readonly DeclaredCall[] },
): readonly DeclaredCall[] {
  const calls = step.calls.map((call) => ({
    ...call,
    change: { ...call.change, after: fill(call.change.after, VALUES) },
  }))
  const written = Object.fromEntries(calls.map(({ change }) => [change.field, change.after]))
  run.states.set(stateKey(step), { ...step.before, ...written })
  return calls
}

/** Whether releasing for the reason puts the action’s changes back. */
export const isPutBack = (action: ActionName, release: string): boolean =>
  entryOf(action).revertedWhen.some((reason) => reason === release)
