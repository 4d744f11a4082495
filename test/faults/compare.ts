import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from './run.ts'
import { callerOf } from './steps.ts'

/** How a run under faults ended otherwise than the same run without: a sentence for each difference. */
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
  ...unlike('the accounts are', stateOf(run), stateOf(twin)),
  ...calls(run, twin),
  ...kept(run),
  ...sealed(run),
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
  /\b(?:A[A-Z]{2}A[A-Z0-9]{12,}|[a-z]+-[0-9a-f]{8,}|db-[A-Z0-9]{20,}|inc-[0-9a-z]+|[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|1[78]\d{11}|\d{4}-\d\d-\d\dT[\d:.]+Z)\b|(?<=:secret:[\w/+=.@-]+-)[A-Za-z0-9]{6}\b/g
const masked = (text: string): string => text.replaceAll(MADE_UP, '…')

/** What time alone changes, and what comes and goes by itself. */
const PASSING: ReadonlySet<string> = new Set(['session', 'finding', 'delivery', 'message', 'detector'])
const PASSING_MEMBERS: ReadonlySet<string> = new Set(['lastUsed', 'passwordLastUsedAt'])

const stateOf = ({ state }: FaultRun): readonly string[] =>
  Object.entries(state)
    .filter(([table]) => !PASSING.has(table))
    .flatMap(([table, documents]) =>
      Object.entries(documents).map(([key, document]) => masked(`${table} ${key} ${JSON.stringify(document, steady)}`)),
    )

const steady = (name: string, value: unknown): unknown => (PASSING_MEMBERS.has(name) ? undefined : value)

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

const KEPT_IN: Readonly<Record<string, readonly [table: string, columns: Readonly<Record<string, string>>]>> = {
  vote: ['vote', { plan: 'plan', person: 'person', decision: 'decision' }],
  comment: ['comment', { incident: 'incident', text: 'text' }],
  finding: ['finding', { finding: 'finding_id' }],
}

/** What a person was told is kept, is there. */
const kept = (run: FaultRun): readonly string[] =>
  run.client.flatMap(({ kind, result, subject }) => {
    const place = KEPT_IN[kind]
    if (result !== 'ok' || place === undefined) return []
    const [table, columns] = place
    const isThere = tableOf(run, table).some((row) =>
      Object.entries(columns).every(([name, column]) => row[column] === subject[name]),
    )
    return isThere ? [] : [`a ${kind} that was acknowledged is lost: ${JSON.stringify(subject)}`]
  })

/** The log has no gap in any stream, nothing twice, and every entry has its leaf. */
function sealed(run: FaultRun): readonly string[] {
  const entries = tableOf(run, 'audit_entry')
  const leaves = tableOf(run, 'audit_leaf')
  const streams = new Map<string, number[]>()
  for (const { stream, seq } of entries)
    streams.set(String(stream), [...(streams.get(String(stream)) ?? []), Number(seq)])
  const gaps = [...streams].filter(([, all]) => !isDense(all, 1)).map(([stream]) => `the log of ${stream} has a gap`)
  const sealedEntries = new Set(leaves.map(({ entry }) => entry))
  const unsealed = entries
    .filter(({ id }) => !sealedEntries.has(id))
    .map(({ id }) => `entry ${String(id)} is not sealed`)
  return [
    ...gaps,
    ...unsealed,
    ...(sealedEntries.size === leaves.length ? [] : ['an entry is sealed twice']),
    ...(isDense(
      leaves.map(({ index }) => Number(index)),
      0,
    )
      ? []
      : ['the tree has a gap']),
  ]
}

const isDense = (numbers: readonly number[], first: number): boolean =>
  numbers.toSorted((one, other) => one - other).every((number, index) => number === index + first)
