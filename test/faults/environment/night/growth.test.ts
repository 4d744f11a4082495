import { expect, it } from 'vitest'
import { familyOf, ownKilobytes } from '../../../support/process-family.ts'
import { startDrill, toRecovery } from '../drill.ts'
import { oneHome } from '../one-home.ts'
import { say } from '../say.ts'

const DRILLS = 24
const PATIENCE_MS = 2_400_000
/** What a process may hold more after all drills than after half of them: a share, and what a collector of garbage leaves lying about. */
const MOST_SHARE = 1.25
const MOST_KILOBYTES = 24_000
/** Requests of our own are small; an event loop that is held up for so long at the end and was not before has grown. */
const MOST_LAG_SHARE = 4
const LEAST_LAG_SECONDS = 0.1

const here = oneHome()

interface Sample {
  readonly kilobytes: Readonly<Record<string, number>>
  readonly lagSeconds: number
}

/** The share of memory that is each process’s own, with its children, and how long the api’s event loop was held up. */
async function sample(): Promise<Sample> {
  const kilobytes = here.home.ready().processes.map(({ name, pid }) => [
    name,
    familyOf(pid)
      .map(ownKilobytes)
      .reduce((a, b) => a + b, 0),
  ])
  const metrics = await (await fetch(`http://127.0.0.1:${here.home.port}/metrics`)).text()
  const [, lag] = /^nodejs_eventloop_lag_mean_seconds (\S+)$/m.exec(metrics) ?? []
  if (lag === undefined) throw new Error('The api does not tell how long its event loop was held up')
  return { kilobytes: Object.fromEntries(kilobytes) as Record<string, number>, lagSeconds: Number(lag) }
}

const smallest = (samples: readonly number[]): number => Math.min(...samples)

it(`no process has grown after ${DRILLS} drills beyond what it was after half of them`, {
  timeout: PATIENCE_MS,
}, async () => {
  const samples: Sample[] = []
  for (let turn = 0; turn < DRILLS; turn++) {
    const name = turn % 2 === 0 ? 'stolen-access-key' : 'mining-instance'
    const { incident } = await startDrill(here.asking, name, turn % 4 < 2 ? '111122223333' : '444455556666')
    await toRecovery(here.asking, incident)
    samples.push(await sample())
  }
  const quarter = DRILLS / 4
  // Between two collections memory goes up: the least of several looks is what is really held.
  const [half, end] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)]
  const names = Object.keys(samples[0]?.kilobytes ?? {})
  const held = (some: readonly Sample[], name: string) => smallest(some.map(({ kilobytes }) => kilobytes[name] ?? 0))
  for (const name of names)
    say(`${name}: ${samples.map(({ kilobytes }) => Math.round((kilobytes[name] ?? 0) / 1000)).join(' ')} MB`)
  say(`event loop of the api: ${samples.map(({ lagSeconds }) => lagSeconds.toFixed(4)).join(' ')} s`)
  const grown = names.filter(
    (name) => held(end, name) > Math.max(held(half, name) * MOST_SHARE, held(half, name) + MOST_KILOBYTES),
  )
  expect(grown).toEqual([])
  const lag = (some: readonly Sample[]) => smallest(some.map(({ lagSeconds }) => lagSeconds))
  expect(lag(end)).toBeLessThan(Math.max(lag(half) * MOST_LAG_SHARE, LEAST_LAG_SECONDS))
})
