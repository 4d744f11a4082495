import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Differ, type Found, startDiffer } from './differ.ts'

const SET_UP_TIMEOUT_MS = 320_000
/** Shrinking a failure takes its time, and the night’s search is long. */
const TIMEOUT_MS = 1_800_000
const SEEDS = 2 ** 31

/** By day the same sequences every time; at night others, or those of a seed that an earlier failure named. */
const isNight = process.env['CORDON_DIFFER'] === 'night'
const NIGHT_TIMES = 20
const SEED = Number(process.env['CORDON_DIFFER_SEED'] ?? (isNight ? randomInt(SEEDS) : 1))
/** How many sequences of each service are played by day. The table of EC2 is not played yet: its differences are not all judged. */
const SEQUENCES = { iam: 40, sts: 15, s3: 20, secretsmanager: 25, sqs: 20, ec2: 15 }

let differ: Differ
beforeAll(async () => {
  differ = await startDiffer()
}, SET_UP_TIMEOUT_MS)
afterAll(() => differ.stop())

interface KnownReport {
  readonly stale: readonly { readonly why: string; readonly 'no longer differs': readonly string[] }[]
  readonly unknown: readonly Found[]
}

describe('moto and the simulator', () => {
  test('still differ as known-differences.json says, and in nothing else there', { timeout: TIMEOUT_MS }, async () => {
    const { stale, unknown } = await differ.ask<KnownReport>({ do: 'known' })
    expect(stale, 'entries that moto or the simulator made untrue: remove them').toEqual([])
    expect(unknown, 'differences without an entry').toEqual([])
  })

  test.each(Object.entries(SEQUENCES))(
    `answer random calls of %s alike (seed ${SEED})`,
    { timeout: TIMEOUT_MS },
    async (service, times) => {
      const sequences = isNight ? times * NIGHT_TIMES : times
      const found = await differ.ask<Found | null>({ do: 'search', service, seed: SEED, sequences })
      const hint = `CORDON_DIFFER_SEED=${SEED} plays it again; the shortest sequence and its differences`
      expect(found, found ? `${hint}:\n${JSON.stringify(found, null, 1)}` : '').toBeNull()
    },
  )
})
