import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { logTemporal } from '#worker/log-temporal'
import { replayHistory } from '#worker/replay'
import { beginMeasuring, type Measuring } from './branches.ts'
import { breaks, broken } from './broken-workflows.ts'
import { excused } from './excused-branches.ts'
import { bundleOf, keptOf, UNRELEASED, versions } from './kept-histories.ts'

logTemporal(pino({ level: 'silent' }))

describe.each(versions.filter((version) => version !== UNRELEASED))('the histories of %s', (version) => {
  let bundle = ''
  beforeAll(async () => {
    bundle = await bundleOf(version)
  })

  it.each(keptOf(version))('are what its workflows would do again: $name', async (one) => {
    await expect(replayHistory(bundle, one)).resolves.toBeUndefined()
  })
})

describe('the histories of what is not released yet', () => {
  let bundle = ''
  let measuring: Measuring
  beforeAll(async () => {
    bundle = await bundleOf(UNRELEASED)
    measuring = await beginMeasuring()
  })

  it.each(keptOf(UNRELEASED))('are what the workflows of now would do again: $name', async (one) => {
    await expect(replayHistory(bundle, one)).resolves.toBeUndefined()
  })

  it('go through every branch of the workflows and runbooks, but for those that are excused', async () => {
    const unreached = await measuring.unreached(bundle)
    const named = unreached.map(({ file, text }) => `${file}: ${text}`)
    expect(named.toSorted()).toEqual(Object.keys(excused).toSorted())
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
