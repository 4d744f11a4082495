import { createHash } from 'node:crypto'
import type { FaultRun } from '../run.ts'

/** How two ends of the same run differ, once what must differ is written alike. */
export interface Difference {
  readonly subject: string
  readonly detail: string
}

/** What reads and time alone change, and what comes and goes by itself: no effect of anybody’s decision. */
const PASSING_TABLES = new Set(['session', 'finding', 'delivery', 'message', 'detector'])
const PASSING_MEMBERS = new Set(['lastUsed', 'passwordLastUsedAt', 'secret', 'token', 'text', 'binary'])

/** Ids that AWS makes up: a prefix and a random rest. */
const IDS =
  /\b(?:(?:AKIA|ASIA|AIDA|AROA|AIPA)[A-Z0-9]{12,}|(?:i|vpc|subnet|sg|sgr|eni|eni-attach|vol|snap|r|eipalloc|eipassoc|iip-assoc|fs|rtb|igw|acl)-[0-9a-f]{8,}|inc-[0-9a-z]{12}|db-[A-Z0-9]{20,})\b/
const UUIDS = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/
const HEXES = /(?<![0-9a-zA-Z])[0-9a-f]{16,64}(?![0-9a-zA-Z])/
const SUFFIXES = /(?<=:secret:[\w/+=.@-]+-)[A-Za-z0-9]{6}\b/
const MADE_UP = new RegExp([IDS, UUIDS, HEXES, SUFFIXES].map(({ source }) => `(?:${source})`).join('|'), 'g')
const TIMES = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g
const FIRST_TIME_MS = 1e12

/** One document of a table, with its made-up ids still in it. */
interface Document {
  readonly table: string
  readonly text: string
}

/**
 * How the accounts of a run differ from those of its twin. Ids that AWS makes up differ in any two runs: each stands for
 * what the documents say of it, found by looking at the documents that name it, and at those that they name, round by round.
 */
export function differences(run: FaultRun, twin: FaultRun): readonly Difference[] {
  const [ours, theirs] = [looksOf(run), looksOf(twin)]
  return Array.from({ length: ROUNDS }, (_, round) => round).reduce<readonly Difference[]>(
    // The first round that shows a difference shows it where it is; later ones also at whatever names it.
    (found, round) => (found.length > 0 ? found : compared(ours(round), theirs(round))),
    [],
  )
}

const ROUNDS = 4

/** The documents of a run as each round sees them. */
function looksOf(run: FaultRun): (round: number) => readonly Document[] {
  const known = seen.get(run)
  if (known !== undefined) return known
  const documents = documentsOf(run)
  const colours: Colours[] = [new Map()]
  const looks: (readonly Document[])[] = []
  const look = (round: number): readonly Document[] => {
    const coloured = colours[round] ?? recoloured(documents, colours[round - 1])
    colours[round] = coloured
    return (looks[round] ??= written(documents, coloured))
  }
  seen.set(run, look)
  return look
}

const seen = new WeakMap<FaultRun, (round: number) => readonly Document[]>()

/** What is known of a made-up id so far: a digest of where it stands. */
type Colours = ReadonlyMap<string, string>

/** What the run left in the accounts; when it is known how they were before, only what it changed. */
function documentsOf({ state, stateBefore = {} }: FaultRun): readonly Document[] {
  const before = writtenDocuments(stateBefore)
  const after = writtenDocuments(state)
  const changed = [...after].filter(([place, { text }]) => before.get(place)?.text !== text)
  const gone = [...before].filter(([place]) => !after.has(place))
  return [
    ...changed.map(([, document]) => document),
    ...gone.map(([, { table, text }]) => ({ table, text: `gone ${text}` })),
  ]
}

const writtenDocuments = (state: FaultRun['state']): ReadonlyMap<string, Document> =>
  new Map(
    Object.entries(state).flatMap(([table, documents]) =>
      PASSING_TABLES.has(table)
        ? []
        : Object.entries(documents).map(
            ([key, document]) =>
              [`${table} ${key}`, { table, text: `${key} ${JSON.stringify(steady(document))}` }] as const,
          ),
    ),
  )

/** Without what passes, and with times alike. */
function steady(value: unknown): unknown {
  if (typeof value === 'number' && value > FIRST_TIME_MS) return 'a time'
  if (typeof value === 'string') return value.replaceAll(TIMES, 'a time')
  if (Array.isArray(value)) return value.map(steady)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([name]) => !PASSING_MEMBERS.has(name))
  return Object.fromEntries(
    members.toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, member]) => [name, steady(member)]),
  )
}

const kindOf = (id: string): string =>
  /^(?:[A-Z]{4}(?=[A-Z0-9]{12,}$)|[a-z]+(?:-[a-z]+)*-(?=[0-9A-Za-z]+$))/.exec(id)?.[0] ?? 'id'

const written = (documents: readonly Document[], colours: Colours | undefined): readonly Document[] =>
  documents.map(({ table, text }) => ({
    table,
    text: text.replaceAll(MADE_UP, (id) => `<${kindOf(id)}${colours?.get(id) ?? ''}>`),
  }))

/** An id’s colour is made of the documents that name it, each seen from the id. */
function recoloured(documents: readonly Document[], colours: Colours | undefined): Colours {
  const seen = new Map<string, string[]>()
  for (const { table, text } of documents)
    for (const id of new Set(text.match(MADE_UP)))
      seen.set(id, [
        ...(seen.get(id) ?? []),
        `${table} ${text.replaceAll(MADE_UP, (one) => (one === id ? '<itself>' : `<${kindOf(one)}${colours?.get(one) ?? ''}>`))}`,
      ])
  return new Map([...seen].map(([id, places]) => [id, digest(places.toSorted().join('\n'))]))
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

function compared(ours: readonly Document[], theirs: readonly Document[]): readonly Difference[] {
  const left = new Map<string, number>()
  for (const { table, text } of theirs) add(left, `${table}\n${text}`, 1)
  for (const { table, text } of ours) add(left, `${table}\n${text}`, -1)
  return [...left].flatMap(([key, count]): readonly Difference[] => {
    if (count === 0) return []
    const [subject = '', text = ''] = key.split('\n')
    const where = count > 0 ? 'only without faults' : 'only with faults'
    return [{ subject, detail: `${where}: ${text.slice(0, SHOWN)}` }]
  })
}

const SHOWN = 400

const add = (counts: Map<string, number>, key: string, more: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + more)
