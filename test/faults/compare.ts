import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from './run.ts'
import { callerOf } from './steps.ts'

/**
 * How a run under faults went otherwise than the same run without: a sentence for each difference. How the accounts, the log and what
 * people were told must be in any run is for the checkers.
 */
export const differences = (run: FaultRun, twin: FaultRun): readonly string[] => [
  ...unlike('plans end', plansOf(run), plansOf(twin)),
  ...unlike(
    'incidents end',
    rows(run, 'incident', ['status', 'phase', 'verdict', 'episode', 'closure_code']),
    rows(twin, 'incident', ['status', 'phase', 'verdict', 'episode', 'closure_code']),
  ),
  ...unlike(
    'containments end',
    rows(run, 'containment', ['release_reason']),
    rows(twin, 'containment', ['release_reason']),
  ),
  ...unlike('tasks are', rows(run, 'task', ['text', 'whom']), rows(twin, 'task', ['text', 'whom'])),
  ...unlike(
    'pages are',
    rows(run, 'page', ['person', 'level', 'status']),
    rows(twin, 'page', ['person', 'level', 'status']),
  ),
  ...unlike('pages received are', received(run), received(twin)),
  ...calls(run, twin),
]

/** Texts that only one of the two has, or has more often. */
function unlike(what: string, ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const one of ours) counts.set(one, (counts.get(one) ?? 0) + 1)
  for (const one of theirs) counts.set(one, (counts.get(one) ?? 0) - 1)
  return [...counts].flatMap(([one, count]) =>
    count === 0
      ? []
      : [
          `${what} otherwise: ${Math.abs(count)} × ${one.slice(0, SHOWN)} ${count > 0 ? 'more' : 'less'} than without faults`,
        ],
  )
}

const SHOWN = 600

const tableOf = ({ tables }: FaultRun, name: string): readonly Row[] => tables[name] ?? []

const rows = (run: FaultRun, table: string, columns: readonly string[]): readonly string[] =>
  tableOf(run, table).map((row) => masked(JSON.stringify(columns.map((column) => row[column]))))

const plansOf = (run: FaultRun): readonly string[] =>
  tableOf(run, 'plan').map((plan) => {
    const steps = tableOf(run, 'plan_step').filter((step) => step['plan'] === plan['hash'])
    const ends = steps
      .toSorted((one, other) => Number(one['index']) - Number(other['index']))
      .map((step) => step['status'])
    return `${String(plan['kind'])} ${String(plan['status'])} [${ends.join(' ')}]`
  })

/** One for each id that a receiver got: what is sent again under its id is dropped there. */
function received({ pages }: FaultRun): readonly string[] {
  const once = new Map(pages.map((page) => [page.webhookId, page.body as Row]))
  return [...once.values()].map(
    ({ person, level, plan }) => `${String(person)} ${String(level)} ${plan === undefined ? 'incident' : 'plan'}`,
  )
}

// What AWS makes up: ids, keys, digests, times.
const MADE_UP =
  /\b(?:A[A-Z]{2}A[A-Z0-9]{12,}|[a-z]+-[0-9a-f]{8,}|db-[A-Z0-9]{20,}|inc-[0-9a-z]+|[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z)\b/g
const masked = (text: string): string => text.replaceAll(MADE_UP, '…')

const CREATES = /:Create(?!Snapshots)|:SendCommand/

/** A repeated write of the same is fine; one that was left out is not, and nothing is created twice. */
function calls(run: FaultRun, twin: FaultRun): readonly string[] {
  const [ours, theirs] = [counted(run.calls), counted(twin.calls)]
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((call) => {
    const [made, declared] = [ours.get(call) ?? 0, theirs.get(call) ?? 0]
    if (made < declared) return [`${call} took effect ${made} times instead of ${declared}`]
    if (declared === 0 || (CREATES.test(call) && made > declared))
      return [`${call} took effect ${made} times, and ${declared} times without faults`]
    return []
  })
}

function counted(all: readonly CallRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const call of all.filter(
    (one) => one.outcome === 'allowed' && one.access === 'write' && callerOf(one) !== undefined,
  ))
    counts.set(call.operation, (counts.get(call.operation) ?? 0) + 1)
  return counts
}
