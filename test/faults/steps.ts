import type { CallRow } from '#simulator/calls'
import type { SeenCommit } from './postgres-proxy.ts'

/**
 * A moment at which Cordon changes something: `iam:PutUserPolicy#1`, its first such call to an account, or `gate/permit.given#2`, the second
 * commit of that kind by the gate. The same in every run of a story.
 */
export type Step = string

/** Whose calls to the accounts are steps: those that change something, and those that make the session for it. */
export const CALLERS = [
  // CordonResponder and CordonRestorer.
  { principal: 'assumed-role/CordonRes', fits: ({ access }: CallRow) => access === 'write' },
  { principal: 'user/cordon-gate', fits: ({ operation }: CallRow) => operation === 'sts:AssumeRole' },
] as const

export const callerOf = (call: CallRow): (typeof CALLERS)[number] | undefined =>
  CALLERS.find(({ principal, fits }) => call.principal.includes(principal) && fits(call))

/** How many of a kind are steps, where their number says nothing: one for each person, or as many as time brings. */
const ONLY_THE_FIRST: Readonly<Record<string, number>> = {
  'sealer/audit_edge+audit_leaf+checkpoint': 6,
  'worker/wake': 6,
  'worker/page': 2,
  'worker/delivery': 2,
  'worker/page.delivered': 2,
}

const NO_STEPS: ReadonlySet<string> = new Set([
  // What begins a drill is the test’s own doing: whoever starts one again plays another attack.
  'api/drill.started',
  // Rounds of the intake and its sources, which time brings and not the story.
  'api/source',
  'intake/source',
  'intake/reread',
  'intake/coverage_look',
])

const nameOf = (step: Step): string => step.replace(/#\d+$/, '')

const isStep = (step: Step): boolean => {
  const name = nameOf(step)
  return !NO_STEPS.has(name) && Number(step.split('#').at(-1)) <= (ONLY_THE_FIRST[name] ?? Number.POSITIVE_INFINITY)
}

/** Every step of a run that was watched, in the order in which they came. */
export function stepsOf(commits: readonly SeenCommit[], calls: readonly CallRow[]): readonly Step[] {
  const counts = new Map<string, number>()
  const made = calls.filter((call) => callerOf(call) !== undefined)
  const ofCalls = made.map(({ operation, at }) => {
    const nth = (counts.get(operation) ?? 0) + 1
    counts.set(operation, nth)
    return { step: `${operation}#${nth}`, at }
  })
  const ofCommits = commits.map(({ process, name, nth, at }) => ({ step: `${process}/${name}#${nth}`, at }))
  return [...ofCalls, ...ofCommits]
    .toSorted((one, other) => one.at - other.at)
    .map(({ step }) => step)
    .filter(isStep)
}

/** A commit as the proxy knows it; undefined for a call. */
export function commitOf(step: Step): Pick<SeenCommit, 'process' | 'name' | 'nth'> | undefined {
  const [process, name, nth] = /^([a-z]+)\/(.+)#(\d+)$/.exec(step)?.slice(1) ?? []
  return process === undefined || name === undefined ? undefined : { process, name, nth: Number(nth) }
}

/** A call as the simulator knows it. */
export function callOf(step: Step): { readonly operation: string; readonly nth: number } {
  const [operation = '', nth] = step.split('#')
  return { operation, nth: Number(nth) }
}
