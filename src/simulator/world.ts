import type { CallLog, CallRow } from './calls.ts'
import type { Faults } from './faults.ts'
import type { Holds } from './holds.ts'
import type { Journal } from './state/journal.ts'
import type { Change, Store } from './state/store.ts'
import type { Trail, TrailRow } from './trail/trail.ts'

/** All that one simulator holds. */
export interface World {
  readonly store: Store
  readonly trail: Trail
  readonly calls: CallLog
  readonly faults: Faults
  readonly holds: Holds
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Takes one step over in memory and in the journal; resolves when a change of state is on the disk. */
  readonly commit: (step: Step) => Promise<void>
}

/** What one request leaves behind, kept together or not at all. */
export interface Step {
  readonly at: number
  readonly changes: readonly Change[]
  readonly trail: readonly TrailRow[]
  readonly call?: CallRow
}

/** Takes a step over into memory. */
export function take(world: Pick<World, 'store' | 'trail' | 'calls'>, { changes, trail, call, at }: Step): void {
  world.store.apply(changes, at)
  for (const row of trail) world.trail.add(row)
  if (call) world.calls.add(call)
}

const CHANGES_PER_ENTRY = 200

/** What a journal must hold to bring everything back: it replaces the steps that led here. */
export function* entriesOf(world: Pick<World, 'store' | 'trail' | 'calls'>): Iterable<Step> {
  let changes: Change[] = []
  for (const change of world.store.all()) {
    changes.push(change)
    if (changes.length < CHANGES_PER_ENTRY) continue
    yield { at: 0, changes, trail: [] }
    changes = []
  }
  yield { at: 0, changes, trail: [] }
  for (const row of world.trail.all()) yield { at: row.at, changes: [], trail: [row] }
  for (const call of world.calls.all()) yield { at: call.at, changes: [], trail: [], call }
}

/** Writes a step down, then takes it over. */
export async function commitTo(
  journal: Journal,
  world: Pick<World, 'store' | 'trail' | 'calls'>,
  step: Step,
): Promise<void> {
  journal.append(step)
  take(world, step)
  if (step.changes.length > 0) await journal.durable()
  if (journal.needsCompaction()) journal.rewrite(entriesOf(world))
}
