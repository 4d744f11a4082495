import { describe, expect, it } from 'vitest'
import { type Checker, type CheckerName, checkers } from '../../faults/checkers/index.ts'
import { recordedDrills, recordedRun } from '../../faults/recorded-run.ts'
import { planted } from './planting.ts'
import { plants } from './plants/index.ts'

/** Violations that every checker is shown, at least. */
const PLANTED = 20

const all = Object.entries(checkers) as readonly (readonly [CheckerName, Checker])[]

/** Every violation of a checker, again with other seeds until there are enough. */
function seeded(name: CheckerName) {
  const kinds = Object.entries(plants[name])
  const rounds = Math.ceil(PLANTED / kinds.length)
  return kinds.flatMap(([sentence, plant], kind) =>
    Array.from({ length: rounds }, (_, round) => ({ sentence, plant, seed: 1 + kind + round * kinds.length })),
  )
}

describe('what stood in the accounts before a run', () => {
  const run = recordedRun('mining-instance', 'run')
  const emptied = {
    ...run,
    tables: { ...run.tables, permit: [], plan_step: [], verification: [], plan: [] },
    calls: [],
  }

  it('is not asked of that run', () => {
    expect(checkers.orphans(emptied)).not.toEqual([])
    expect(checkers.orphans({ ...emptied, stateBefore: run.state })).toEqual([])
    expect(checkers['net effect']({ ...emptied, stateBefore: run.state })).toEqual([])
  })

  it('is beside the twin only what differs', () => {
    const twin = recordedRun('mining-instance', 'twin')
    const untouched = { ...run, stateBefore: run.state }
    expect(checkers['net effect'](untouched, { ...twin, stateBefore: twin.state })).toEqual([])
    expect(checkers['net effect'](untouched, twin)).not.toEqual([])
  })
})

describe.each(all)('the checker of %s', (name, check) => {
  it.each(recordedDrills)('finds nothing in a run without faults: %s', (drill) => {
    expect(check(recordedRun(drill, 'run'), recordedRun(drill, 'twin'))).toEqual([])
  })

  it.each(seeded(name))('finds it when $sentence (seed $seed)', ({ plant, seed }) => {
    const { run, twin } = planted(plant, seed)
    expect(check(run, twin)).not.toEqual([])
  })
})
