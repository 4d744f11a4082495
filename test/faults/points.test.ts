import { describe, expect, it } from 'vitest'
import { stories, storyName } from './play.ts'
import { allPoints, fullName, keptSteps, packed, pointsNamed, pointsOf, SAMPLE, sampleOf } from './points.ts'
import { victims } from './stage.ts'

describe('the points', () => {
  it('are one for each name', () => {
    const names = allPoints().map(fullName)
    expect(new Set(names).size).toBe(names.length)
  })

  it('kill everybody at every call that changes an account, before and after it', () => {
    const call = pointsOf({ drill: 'mining-instance', ending: 'undo' }).filter(
      ({ step }) => step === 'ec2:DeleteSecurityGroup#1',
    )
    expect(call.map(({ victim }) => victim).toSorted()).toEqual([...victims, ...victims].toSorted())
    expect(call.filter(({ moment }) => moment === 'before')).toHaveLength(victims.length)
  })

  it('kill its own process at every commit', () => {
    for (const story of stories)
      for (const step of keptSteps()[storyName(story)] ?? []) {
        const [process] = step.split('/')
        if (process === step) continue
        const own = pointsOf(story).filter((point) => point.step === step && point.victim === process)
        expect(own.map(({ moment }) => moment)).toEqual(['before', 'after'])
      }
  })

  it('are found by their names, and a name that there is not is said', () => {
    const [one] = sampleOf(3)
    if (one === undefined) throw new Error('A sample has points')
    expect(pointsNamed([fullName(one)])).toEqual([one])
    expect(() => pointsNamed(['mining-instance/undo:gate/nothing#1/after'])).toThrow('There is no point')
  })
})

describe('a sample', () => {
  it('is the same for the same seed and another for another', () => {
    expect(sampleOf(7)).toHaveLength(SAMPLE)
    expect(sampleOf(7).map(fullName)).toEqual(sampleOf(7).map(fullName))
    expect(sampleOf(7).map(fullName)).not.toEqual(sampleOf(8).map(fullName))
  })

  it('comes to every story within two days', () => {
    const told = [20783, 20784].flatMap((seed) => sampleOf(seed).map(({ story }) => storyName(story)))
    expect(new Set(told).size).toBe(stories.length)
  })
})

describe('the runs of a night', () => {
  it.each(stories)('hold every point of $drill, $ending, once, and no two of a run at one step', (story) => {
    const runs = packed(pointsOf(story))
    expect(runs.flat().map(fullName).toSorted()).toEqual(pointsOf(story).map(fullName).toSorted())
    for (const run of runs) expect(new Set(run.map(({ step }) => step)).size).toBe(run.length)
  })
})
