import { readFileSync } from 'node:fs'
import { type Story, stories, storyName } from './play.ts'
import { type Victim, victims } from './stage.ts'
import { commitOf, type Step } from './steps.ts'

export type Moment = 'before' | 'after'

/** One fault: who is killed, at which step of which story, before it takes effect or after. */
export interface Point {
  readonly story: Story
  readonly step: Step
  readonly moment: Moment
  readonly victim: Victim
}

const moments = ['before', 'after'] as const

export const STEPS_FILE = new URL('steps.json', import.meta.url)

/** The steps of each story as they were when somebody last looked at them and kept them. */
export const keptSteps = (): Readonly<Record<string, readonly Step[]>> =>
  JSON.parse(readFileSync(STEPS_FILE, 'utf8')) as Readonly<Record<string, readonly Step[]>>

/** `executor/iam:PutUserPolicy#1/after` */
export const pointName = ({ victim, step, moment }: Point): string => `${victim}/${step}/${moment}`

/** `stolen-access-key/approve:executor/iam:PutUserPolicy#1/after`, by which one is asked for. */
export const fullName = (point: Point): string => `${storyName(point.story)}:${pointName(point)}`

/**
 * A call that changes something may lose anybody, and one that makes its session whoever waits for it. A commit loses its own process at every
 * step, and the servers once for each kind of commit.
 */
function victimsOf(step: Step): readonly Victim[] {
  const commit = commitOf(step)
  if (commit === undefined) return step.startsWith('sts:') ? ['gate', 'executor', 'everything'] : victims
  const itself = victims.filter((victim) => victim === commit.process)
  return commit.nth > 1 ? itself : [...itself, 'postgres', 'everything']
}

/** Every point of a story, in the order of its steps. */
export const pointsOf = (story: Story): readonly Point[] =>
  (keptSteps()[storyName(story)] ?? []).flatMap((step) =>
    moments.flatMap((moment) => victimsOf(step).map((victim) => ({ story, step, moment, victim }))),
  )

export const allPoints = (): readonly Point[] => stories.flatMap(pointsOf)

export const SAMPLE = 20
/** A sample of the usual size fits into so many runs of each of its two stories. */
const RUNS = 2

/** So many points, other ones for each seed: of two stories by turns, or, when they are many, of all. */
export function sampleOf(seed: number, size = SAMPLE): readonly Point[] {
  const random = randomFrom(seed)
  const isLarge = size > SAMPLE
  const told = isLarge ? stories : stories.filter((_, index) => (index === 1 || index === 2) === (seed % 2 === 0))
  const each = Math.ceil(size / told.length)
  return told.flatMap((story) => {
    const all = pointsOf(story)
    const chosen = new Set<Point>()
    const inOrder = () => all.filter((point) => chosen.has(point))
    for (const point of shuffled(all, random)) {
      if (chosen.size === each) break
      chosen.add(point)
      if (!isLarge && packed(inOrder()).length > RUNS) chosen.delete(point)
    }
    return inOrder()
  })
}

/** The points of these names. Throws with the name that there is not. */
export function pointsNamed(names: readonly string[]): readonly Point[] {
  const all = new Map(allPoints().map((point) => [fullName(point), point]))
  return names.map((name) => {
    const point = all.get(name)
    if (point === undefined) throw new Error(`There is no point ${name}: test/faults/steps.json has the steps`)
    return point
  })
}

const shuffled = <T>(items: readonly T[], random: () => number): readonly T[] =>
  items
    .map((item) => ({ item, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item)

/** The same numbers for the same seed. Source: mulberry32, public domain. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many steps lie between two faults of one run: who was killed must be back before the next. */
const GAP = 14

/** Runs for the points of one story: each takes what lies far enough apart, so that one run of the drill serves several. */
export function packed(points: readonly Point[]): readonly (readonly Point[])[] {
  const runs: { readonly points: Point[]; last: number }[] = []
  for (const point of points) {
    const place = (keptSteps()[storyName(point.story)] ?? []).indexOf(point.step)
    const operation = point.step.replace(/#\d+$/, '')
    const run = runs.find(
      ({ points: others, last }) =>
        place - last >= GAP && others.every(({ step }) => step.replace(/#\d+$/, '') !== operation),
    )
    if (run === undefined) runs.push({ points: [point], last: place })
    else {
      run.points.push(point)
      run.last = place
    }
  }
  return runs.map((run) => run.points)
}
