import type { EventType } from '#domain/events'
import type { Finding } from '#domain/finding'
import type { DeclaredCall, State } from '#domain/state'
import { type Cast, type Scripted, type TestEvent, type TestPlan, type TestWorld, usualPolicy } from './test-world.ts'

/** Everything that one run of a runbook knows and has done: the record and the account in memory, on a clock that nobody waits for. */
export interface TestRun {
  readonly incident: string
  readonly findings: readonly Finding[]
  readonly runbook: string
  readonly world: TestWorld
  readonly cast: Cast
  readonly policy: NonNullable<TestWorld['policy']>
  readonly timeline: TestEvent[]
  readonly plans: TestPlan[]
  /** By plan, the calls whose effect is there, by step. */
  readonly done: Map<string, readonly (readonly DeclaredCall[])[]>
  /** What own steps have left, by action and target. */
  readonly states: Map<string, State>
  /** How often each script was asked. */
  readonly used: Map<string, number>
  /** Where the test itself is wrong: its run says nothing about the runbook. */
  readonly mistakes: string[]
  now: number
}

export interface NewRun {
  readonly findings: readonly Finding[]
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
  mistakes: [],
  now: Date.parse(startsAt),
})

export const timeOf = ({ now }: TestRun): string => new Date(now).toISOString()

export function tell(run: TestRun, type: EventType, text: string): void {
  run.timeline.push({ at: timeOf(run), type, text })
}

/** The test asks for something that has no meaning: it fails, whatever the runbook makes of the error. */
export function mistake(run: TestRun, text: string): TypeError {
  run.mistakes.push(text)
  return new TypeError(text)
}

export interface Question<Answer, Asked> {
  /** The script’s own name: each is used up alone. */
  readonly name: string
  readonly script: Scripted<Answer, Asked> | undefined
  readonly asked: Asked
}

/** What a script says to a question; undefined when it says nothing. */
export function answerOf<Answer, Asked>(
  run: TestRun,
  { name, script, asked }: Question<Answer, Asked>,
): Answer | undefined {
  if (typeof script === 'function') return (script as (asked: Asked) => Answer)(asked)
  if (!Array.isArray(script)) return script as Answer | undefined
  const place = run.used.get(name) ?? 0
  run.used.set(name, place + 1)
  return (script as readonly Answer[])[Math.min(place, script.length - 1)]
}
