import { canonicalBytes } from '#audit/canonical'
import type { Json } from '#domain/json'
import { recordedDrills, recordedRun } from '../../faults/recorded-run.ts'
import type { FaultRun } from '../../faults/run.ts'

export type Loose = Record<string, unknown>

/** A run that may be spoiled. */
export interface Draft {
  calls: Loose[]
  state: Record<string, Record<string, Loose>>
  tables: Record<string, Loose[]>
  histories: Record<string, string>
  client: Loose[]
  pages: Loose[]
  faults: Loose[]
  faultsEndedAt?: string
  takenAt: string
  canaries?: string[]
  logs?: Record<string, string>
}

/** A number from 0 to below 1; the same seed gives the same numbers. Source: mulberry32. */
export type Random = () => number

export function randomBy(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Spoils the draft in one place. */
export type Plant = (draft: Draft, random: Random) => void

class NothingToSpoil extends Error {}

export function pick<T>(from: readonly T[], random: Random): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new NothingToSpoil()
  return one
}

/** Takes one out of a list. */
export function take<T>(from: T[], random: Random, isIt: (one: T) => boolean = () => true): T {
  const one = pick(from.filter(isIt), random)
  from.splice(from.indexOf(one), 1)
  return one
}

export const tableOf = (draft: Draft, name: string): Loose[] => (draft.tables[name] ??= [])

const good = recordedDrills.map((drill) => ({ run: recordedRun(drill, 'run'), twin: recordedRun(drill, 'twin') }))

export interface Spoiled {
  readonly run: FaultRun
  readonly twin: FaultRun
}

/** A good run with the violation in it; of another drill when the one whose turn it is has no place for it. */
export function planted(plant: Plant, seed: number): Spoiled {
  for (const turn of good.keys()) {
    const spoiled = spoil(plant, { seed, place: (seed + turn) % good.length })
    if (spoiled !== null) return spoiled
  }
  throw new Error('No recorded run has a place for this violation')
}

function spoil(plant: Plant, { seed, place }: { readonly seed: number; readonly place: number }): Spoiled | null {
  const { run, twin } = pick(good.slice(place), () => 0)
  const draft = structuredClone(run) as unknown as Draft
  try {
    plant(draft, randomBy(seed))
    return { run: draft as unknown as FaultRun, twin }
  } catch (error) {
    // This drill has nothing of the kind.
    if (error instanceof NothingToSpoil) return null
    throw error
  }
}

/** Changes an event of the log in its bytes, and leaves them canonical. */
export function rewriteEvent(row: Loose, change: (event: Loose) => void): void {
  const event = eventIn(row)
  change(event)
  row['body'] = hexOf(event)
}

export const eventIn = (row: Loose): Loose =>
  JSON.parse(Buffer.from(String(row['body']).slice(2), 'hex').toString()) as Loose

export const hexOf = (value: unknown): string => `\\x${Buffer.from(canonicalBytes(value as Json)).toString('hex')}`

/** An entry of the log that is about one row, by the name of its reference. */
export const entriesOf = (draft: Draft, type: string | RegExp): readonly Loose[] =>
  tableOf(draft, 'audit_entry').filter(({ type: is }) =>
    typeof type === 'string' ? is === type : type.test(String(is)),
  )

export const planIn = (row: Loose): Loose =>
  JSON.parse(Buffer.from(String(row['bytes']).slice(2), 'hex').toString()) as Loose

/** Moves a time by so many milliseconds. */
export const shifted = (time: unknown, ms: number): string => new Date(Date.parse(String(time)) + ms).toISOString()

/** Writes by the writing roles. */
export const writesIn = (draft: Draft): readonly Loose[] =>
  draft.calls.filter(
    ({ access, principal }) => access === 'write' && /Cordon(Responder|Restorer)/.test(String(principal)),
  )

export const MINUTE_MS = 60_000
