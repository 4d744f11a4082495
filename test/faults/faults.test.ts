import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallRow } from '#simulator/calls'
import { bundleFile } from '#worker/builds'
import { logTemporal } from '#worker/log-temporal'
import { prepare } from '../e2e/installation.ts'
import { type Bundles, checkRun } from './checkers/index.ts'
import { collect } from './collect.ts'
import { differences } from './compare.ts'
import { play, type Story, stories, storyName } from './play.ts'
import {
  allPoints,
  fullName,
  keptSteps,
  type Point,
  packed,
  pointsNamed,
  SAMPLE,
  STEPS_FILE,
  sampleOf,
} from './points.ts'
import { becomeQuiet } from './record.ts'
import type { FaultRun } from './run.ts'
import { writeRun } from './run-folder.ts'
import { sabotage } from './saboteur.ts'
import { openStage, type Stage } from './stage.ts'
import { type Step, stepsOf } from './steps.ts'

logTemporal(pino({ level: 'silent' }))

const MILLISECONDS_A_DAY = 86_400_000
/** What is to be fired: `night` for all, a number for a sample of that size, else names of points with spaces between. */
const wanted = (process.env['CORDON_FAULTS'] ?? String(SAMPLE)).trim()
const seed = Number(process.env['CORDON_FAULTS_SEED'] ?? Math.floor(Date.now() / MILLISECONDS_A_DAY))
const keepsSteps = process.env['CORDON_KEEP_STEPS'] === 'yes'
const RUN_MS = 900_000
const TRIES = 3

function pointsWanted(): readonly Point[] {
  if (wanted === 'night') return allPoints()
  return /^\d+$/.test(wanted) ? sampleOf(seed, Number(wanted)) : pointsNamed(wanted.split(/\s+/))
}

let stage: Stage
/** After a run that did not come to its end nobody knows what still goes on. */
let isSpoilt = false
const twins = new Map<string, FaultRun>()
const stepsSeen = new Map<string, readonly Step[]>()

beforeAll(async () => {
  prepare()
  stage = await openStage()
}, RUN_MS)
afterAll(async () => {
  if (keepsSteps) writeFileSync(STEPS_FILE, `${JSON.stringify(Object.fromEntries(stepsSeen), null, 2)}\n`)
  await stage.stop()
})

/** Plays a story with some faults to where nothing is left to do, and takes what it left. */
async function runOf(story: Story, points: readonly Point[]): Promise<FaultRun> {
  if (isSpoilt) {
    await stage.stop()
    stage = await openStage()
    isSpoilt = false
  }
  await stage.beginAnew()
  const over = new AbortController()
  const sabotaging = sabotage(stage, points, over.signal)
  // Its failure is told below, wherever it is waited for.
  sabotaging.catch(() => undefined)
  const began = performance.now()
  try {
    const played = await Promise.race([play(stage, story), sabotaging.then(() => new Promise<never>(() => undefined))])
    await becomeQuiet(stage)
    over.abort()
    const { faults, endedAt } = await sabotaging
    await stage.comeBack()
    await becomeQuiet(stage)
    say(`${storyName(story)}: ${points.length} faults in ${Math.round((performance.now() - began) / 1000)} s`)
    return await collect(stage, {
      played,
      faults,
      since: stage.since(),
      ...(endedAt === undefined ? {} : { faultsEndedAt: endedAt }),
    })
  } catch (cause) {
    over.abort()
    isSpoilt = true
    throw new Error(`${points.map(fullName).join('\n')}\n${String(cause)}\n${stage.logs()}`, { cause })
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function twinOf(story: Story): Promise<FaultRun> {
  const name = storyName(story)
  const known = twins.get(name)
  if (known !== undefined) return known
  const twin = await runOf(story, [])
  stepsSeen.set(name, stepsOf(stage.proxy.seen(), twin.calls as readonly CallRow[]))
  twins.set(name, twin)
  return twin
}

/** Every way in which the run ended otherwise than without faults, and whatever must never be so. */
async function wrongIn(run: FaultRun, twin: FaultRun): Promise<readonly string[]> {
  const violations = await checkRun(run, { twin, bundles: bundleOf })
  return [
    ...differences(run, twin),
    ...violations
      // A point that did not come is tried again by itself.
      .filter(({ invariant }) => invariant !== 'coverage')
      .map(({ invariant, subject, detail }) => `${invariant} ${subject}: ${detail}`),
  ]
}

/** The code of a build that this stage has registered. */
const bundleOf: Bundles = (build) => {
  const file = bundleFile(join(stage.home.folder, 'builds'), build)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Fires points in one run, which must end as its twin; answers those whose step did not come. */
async function unfired(story: Story, points: readonly Point[], twin: FaultRun): Promise<readonly Point[]> {
  const run = await runOf(story, points)
  const wrong = await wrongIn(run, twin)
  if (wrong.length > 0) keepRun(run)
  expect(wrong, points.map(fullName).join(' ')).toEqual([])
  const fired = points.filter((_, index) => run.faults[index]?.fired === 1)
  for (const point of fired) counts.set(fullName(point), (counts.get(fullName(point)) ?? 0) + 1)
  return points.filter((point) => !fired.includes(point))
}

const chosen = keepsSteps ? [] : pointsWanted()
const told = stories.filter(
  (story) => keepsSteps || chosen.some((point) => storyName(point.story) === storyName(story)),
)
const counts = new Map(chosen.map((point) => [fullName(point), 0]))

describe.each(told)('$drill, to its end by $ending,', (story) => {
  it(
    'goes through the steps that are known, and ends the same without faults',
    async () => {
      const twin = await twinOf(story)
      const [seen, known] = [stepsSeen.get(storyName(story)) ?? [], keptSteps()[storyName(story)] ?? []]
      if (keepsSteps) return
      // Who adds a step says so: CORDON_KEEP_STEPS=yes npm run test:faults keeps them.
      expect(seen.toSorted()).toEqual(known.toSorted())
      expect(await wrongIn(twin, twin)).toEqual([])
    },
    RUN_MS,
  )

  const points = chosen.filter((point) => storyName(point.story) === storyName(story))
  it.each(packed(points).map((run) => ({ run, names: run.map(fullName).join(' ') })))(
    'ends the same when killed at $names',
    async ({ run: planned }) => {
      const twin = await twinOf(story)
      let left = await unfired(story, planned, twin)
      // What did not come in company is tried alone.
      for (let attempt = 1; left.length > 0 && attempt < TRIES; attempt++) {
        const again: Point[] = []
        for (const point of left) again.push(...(await unfired(story, [point], twin)))
        left = again
      }
      expect(left.map(fullName), 'points that did not fire').toEqual([])
    },
    RUN_MS,
  )
})

describe('every point', () => {
  it('has fired', () => {
    const report = [...counts].map(([name, count]) => `${count} × ${name}`).join('\n')
    process.stdout.write(`Faults, CORDON_FAULTS_SEED=${seed} CORDON_FAULTS='${wanted}':\n${report}\n`)
    expect([...counts].filter(([, count]) => count === 0).map(([name]) => name)).toEqual([])
  })
})

/** Keeps what a run left that ended otherwise, for whoever looks for the cause. */
function keepRun(run: FaultRun): void {
  const folder = process.env['CORDON_FAULTS_FOLDER']
  if (folder !== undefined) writeRun(folder, run)
}
