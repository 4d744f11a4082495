import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../../faults/check-run.ts'
import { recordedRun } from '../../faults/recorded-run.ts'
import type { FaultRun } from '../../faults/run.ts'
import { writeRun } from '../../faults/run-folder.ts'

/** Replaying needs the very bundle that wrote the histories: `test/replay` is about that. */
const withoutHistories = (which: 'run' | 'twin'): FaultRun => ({
  ...recordedRun('mining-instance', which),
  histories: {},
})

let folder = ''
let printed = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-run-'))
  printed = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed += String(text)
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

describe('check-run', () => {
  it('ends with 0 for a run in which everything is as it must be, and says how many requests it took', async () => {
    writeRun(join(folder, 'run'), withoutHistories('run'))
    writeRun(join(folder, 'twin'), withoutHistories('twin'))
    expect(await main([join(folder, 'run'), join(folder, 'twin')])).toBe(0)
    expect(printed).toMatch(
      /I18 {2}\d+ requests by Cordon, 11 of them writes; \d+ without faults, so 1\.\d\d times as many/,
    )
    expect(printed).toContain('everything is as it must be')
  })

  it('ends with 1 and says what is wrong and where to look next', async () => {
    const run = withoutHistories('run')
    writeRun(folder, { ...run, faults: [{ point: 'executor/kill#1', fired: 0 }] })
    expect(await main([folder])).toBe(1)
    expect(printed).toContain('coverage  executor/kill#1: the fault never hit\n     look next: the fault’s point')
  })

  it('finds a history whose bundle nobody kept', async () => {
    const history = {
      events: [{ eventId: '1', eventType: 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED', buildId: 'a'.repeat(64) }],
    }
    writeRun(folder, { ...withoutHistories('run'), histories: { 'incident/inc-1/run': JSON.stringify(history) } })
    expect(await main([folder])).toBe(1)
    expect(printed).toContain(`I14  incident/inc-1/run: the bundle of its build ${'a'.repeat(64)} is not kept`)
  })

  it('ends with 2 for what is no run’s folder', async () => {
    expect(await main([])).toBe(2)
    expect(await main([join(folder, 'nowhere')])).toBe(2)
    expect(await main([folder])).toBe(2)
    writeRun(folder, withoutHistories('run'))
    writeFileSync(join(folder, 'calls.json'), 'no JSON')
    expect(await main([folder])).toBe(2)
    expect(printed.trim().split('\n')).toEqual([
      'Say which folder: npm run check-run -- FOLDER [TWIN]',
      expect.stringContaining('There is no folder'),
      expect.stringMatching(/has no calls\.json, state\.json.*: it is no run’s folder/),
      expect.stringContaining('calls.json is no JSON'),
    ])
  })
})
