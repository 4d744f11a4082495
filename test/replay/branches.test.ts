import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { logTemporal } from '#worker/log-temporal'
import { unreachedBy } from './branches.ts'
import { bundleOf, keptOf, UNRELEASED } from './kept-histories.ts'

logTemporal(pino({ level: 'silent' }))

/** Lines with a part that no kept history goes through, and why that is right. */
const excused: Readonly<Record<string, string>> = {}

describe('the kept histories', () => {
  it('go through every branch of the workflows and runbooks, but for those that are excused', async () => {
    const unreached = await unreachedBy(await bundleOf(UNRELEASED), keptOf(UNRELEASED))
    const named = unreached.map(({ file, text }) => `${file}: ${text}`)
    expect(named.toSorted()).toEqual(Object.keys(excused).toSorted())
  })
})
