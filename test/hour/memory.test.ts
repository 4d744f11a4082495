import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rounded, slope } from '../bench/figures.ts'
import { type MeasuredHome, openHome } from '../bench/home.ts'
import { report } from '../bench/report.ts'
import { respondTo } from '../bench/responders.ts'

const MINUTES = 60
/** What a new installation fills first: compiled code, caches, pools. */
const SETTLING = 15
const MINUTE_MS = 60_000
const PAUSE_MS = 5000
/** Of the memory after the settling, in an hour. */
const MOST_GROWTH = 0.1

let home: MeasuredHome
beforeAll(async () => {
  home = await openHome()
})
afterAll(() => home.close())

/** Simulated accounts remember every call, for the tests that ask for them: they are no part of the product. */
const ours = ([part]: readonly [string, number]): boolean => part !== 'simulator'

const sumOf = (parts: Readonly<Record<string, number>>): number =>
  Object.entries(parts)
    .filter(ours)
    .reduce((sum, [, figure]) => sum + figure, 0)

it('memory over an hour of one incident after the other', async () => {
  const minutes: Readonly<Record<string, number>>[] = [home.memoryByPart()]
  const began = performance.now()
  let closed = 0
  while (minutes.length <= MINUTES) {
    for (const incident of (await respondTo(home, await home.makeVictims(1), 1)).keys()) {
      // An open incident is kept in memory on purpose: a bench of its own says how much.
      const { status, body } = await home.call(`/api/incidents/${incident}/close`, 'responder', { code: 'resolved' })
      if (status !== 200) throw new Error(`Closing was answered ${status}: ${JSON.stringify(body)}`)
      closed += 1
    }
    await pause(PAUSE_MS)
    if (performance.now() - began >= minutes.length * MINUTE_MS) minutes.push(home.memoryByPart())
  }
  const settled = minutes.slice(SETTLING)
  const [first = {}, last = {}] = [settled[0], settled.at(-1)]
  const growth = (slope(settled.map(sumOf)) * MINUTES) / sumOf(first)
  expect(closed).toBeGreaterThan(MINUTES)
  report('an hour', [
    {
      what: `memory of all processes after ${SETTLING} and after ${MINUTES} minutes, ${closed} incidents recovered and closed`,
      measured: `${rounded(sumOf(first))} MiB, ${rounded(sumOf(last))} MiB`,
    },
    {
      what: 'growth in an hour, by the line through the minutes after the settling',
      measured: `${rounded(growth * 100)} %`,
      aim: `≤ ${MOST_GROWTH * 100} %`,
      holds: growth <= MOST_GROWTH,
    },
    {
      what: 'growth in an hour by process, MiB',
      measured: Object.keys(first)
        .map((part) => `${part} ${rounded(slope(settled.map((minute) => minute[part] ?? 0)) * MINUTES)}`)
        .join(', '),
    },
  ])
})
