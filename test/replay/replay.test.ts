import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { logTemporal } from '#worker/log-temporal'
import { replayHistory } from '#worker/replay'
import { breaks, broken } from './broken-workflows.ts'
import { bundleOf, keptOf, UNRELEASED, versions } from './kept-histories.ts'

logTemporal(pino({ level: 'silent' }))

describe.each(versions)('the histories of %s', (version) => {
  const kept = keptOf(version)
  let bundle = ''
  beforeAll(async () => {
    bundle = await bundleOf(version)
  })

  it('are kept', () => {
    expect(kept.length).toBeGreaterThan(0)
  })

  it.each(kept)('are what its workflows would do again: $name', async (one) => {
    await expect(replayHistory(bundle, one)).resolves.toBeUndefined()
  })
})

describe('a workflow that was changed carelessly', () => {
  const kept = keptOf(UNRELEASED)
  let bundle = ''
  beforeAll(async () => {
    bundle = await bundleOf(UNRELEASED)
  })

  it.each(breaks)('does not replay what its former self wrote: $file $sentence', async (change) => {
    const failures: string[] = []
    const changed = broken(bundle, change)
    for (const one of kept) {
      if (failures.length > 0) break
      await replayHistory(changed, one).catch((failure: unknown) => failures.push(String(failure)))
    }
    expect(failures.join()).toMatch(/^(ReplayError|DeterminismViolationError): /)
  })
})
