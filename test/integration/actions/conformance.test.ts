import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entryOf } from '#domain/catalogue/erased'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import type { StepOutcome } from '#domain/plan'
import type { Target } from '#domain/targets'
import { dropDatabase } from '../gate/world.ts'
import type { Case, Looked } from './case.ts'
import { cases } from './cases.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

const NAME = 'conform'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const operationsOf = async () => (await world.writes()).map(({ operation }) => operation)

const callsOf = (outcome: StepOutcome) => outcome.calls ?? []

interface Applied {
  readonly target: Target
  readonly before: Looked
  readonly plan: Awaited<ReturnType<ActionWorld['plan']>>
  readonly outcome: StepOutcome
}

async function applied(action: ActionName, { make, look }: Case): Promise<Applied> {
  const target = await make(world, NAME)
  const before = await look(world, target)
  const plan = await world.plan(action, target)
  return { target, before, plan, outcome: await world.perform(plan) }
}

const names = Object.keys(catalogue) as readonly ActionName[]
const all = names.map((action) => ({ action, of: cases[action] }))
const reversible = all.filter(({ action }) => catalogue[action].reversible)
const overwritten = all.flatMap(({ action, of }) =>
  of.overwrite === null ? [] : [{ action, of, overwrite: of.overwrite }],
)
const drifting = all.flatMap(({ action, of }) => (of.drift === null ? [] : [{ action, of, drift: of.drift }]))

describe('every action of the catalogue', () => {
  it('has a case here', () => {
    expect(Object.keys(cases).toSorted()).toEqual([...names].toSorted())
  })

  it.each(all)('$action makes exactly its declared calls, in a session of the incident', async ({ action, of }) => {
    const { outcome, plan } = await applied(action, of)
    expect(outcome).toMatchObject({ kind: 'applied', made: of.writes.map((operation) => ({ operation })) })
    expect(plan.plan.steps[0]?.calls.map(({ operation }) => operation)).toEqual(of.writes)
    expect(await world.writes()).toEqual(
      of.writes.map((operation) => ({ operation, sourceIdentity: world.gate.incident })),
    )
  })

  it.each(all)('$action is read back as it should be, and says what somebody took back', async ({ action, of }) => {
    const { plan, target } = await applied(action, of)
    expect(await world.discrepancies(plan)).toEqual([])
    if (of.tamper === null) return
    await of.tamper(world, target)
    expect(await world.discrepancies(plan)).not.toEqual([])
  })

  it.each(all)('$action changes nothing when it is done a second time', async ({ action, of }) => {
    const { plan, outcome } = await applied(action, of)
    expect(await world.perform(plan)).toEqual(outcome)
    expect(await operationsOf()).toEqual(of.writes)
  })

  it.each(reversible)('$action is undone exactly, and what others did since stays', async ({ action, of }) => {
    const { target, before, plan, outcome } = await applied(action, of)
    await world.finish(plan)
    await of.beside(world, target)
    const undo = await world.plan(action, target, { plan, calls: callsOf(outcome) })
    expect(await world.perform(undo)).toMatchObject({ kind: 'applied' })
    expect(await operationsOf()).toEqual([...of.writes, ...of.undoWrites])
    const { named, ...rest } = await of.look(world, target)
    const { 'somebody-elses': theirs, ...others } = named
    expect({ named: others, ...rest }).toEqual(before)
    expect(theirs).toBeDefined()
  })

  it.each(reversible)('$action leaves what somebody took back as it is, when it is undone', async ({ action, of }) => {
    const { target, plan, outcome } = await applied(action, of)
    await world.finish(plan)
    await of.tamper?.(world, target)
    const { named, keys } = await of.look(world, target)
    const undo = await world.plan(action, target, { plan, calls: callsOf(outcome) })
    expect(await world.perform(undo)).toMatchObject({ kind: 'applied' })
    expect(await operationsOf()).toEqual([...of.writes, ...of.undoWritesAfterTamper])
    expect(await of.look(world, target)).toMatchObject({ named, ...(keys === undefined ? {} : { keys }) })
  })

  it.each(overwritten)('$action leaves what somebody put in its place, when it is undone', async (one) => {
    const { target, plan, outcome } = await applied(one.action, one.of)
    await world.finish(plan)
    await one.overwrite(world, target)
    const theirs = await one.of.look(world, target)
    const undo = await world.plan(one.action, target, { plan, calls: callsOf(outcome) })
    expect(await world.perform(undo)).toMatchObject({ kind: 'applied', made: [] })
    expect(await one.of.look(world, target)).toEqual(theirs)
  })

  it.each(drifting)('$action is not done when what the plan records has changed', async ({ action, of, drift }) => {
    const target = await of.make(world, NAME)
    const plan = await world.plan(action, target)
    await drift(world, target)
    expect(await world.perform(plan)).toMatchObject({ kind: 'drifted' })
    expect(await operationsOf()).toEqual([])
  })

  it.each(all)('$action is done though somebody tags its target meanwhile', async ({ action, of }) => {
    const target = await of.make(world, NAME)
    const plan = await world.plan(action, target)
    await of.tag(world, target, { Key: 'owner', Value: 'attacker' })
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
  })

  it.each(all)(
    '$action is carried out though somebody tags its target as protected meanwhile',
    async ({ action, of }) => {
      const target = await of.make(world, NAME)
      const plan = await world.plan(action, target)
      await of.tag(world, target, { Key: 'cordon:protected', Value: 'true' })
      expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
    },
  )

  it.each(all)('$action leaves another target of the same name alone', async ({ action, of }) => {
    const target = await of.make(world, NAME)
    const plan = await world.plan(action, target)
    await of.replace(world, target)
    expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'target_gone' })
    expect(await operationsOf()).toEqual([])
  })

  it.each(all)('$action says when Cordon’s role lacks a permission', async ({ action, of }) => {
    const target = await of.make(world, NAME)
    const plan = await world.plan(action, target)
    await world.iam.send(
      new PutRolePolicyCommand({
        RoleName: entryOf(action).phase === 'recover' ? 'CordonRestorer' : 'CordonResponder',
        PolicyName: 'lacking',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: of.writes, Resource: '*' }],
        }),
      }),
    )
    expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'access_denied', calls: [] })
  })
})
