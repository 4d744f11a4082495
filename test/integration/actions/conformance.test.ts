import { setTimeout as pause } from 'node:timers/promises'
import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import type { StepOutcome } from '#domain/plan'
import type { Target } from '#domain/targets'
import { type Case, cases } from './cases.ts'
import { type ActionWorld, openActionWorld } from './world.ts'

/** Reads show what was so long ago; the target was there already. */
const STALE_MS = 700

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())

const operationsOf = async () => (await world.writes()).map(({ operation }) => operation)

const callsOf = (outcome: StepOutcome) => outcome.calls ?? []

interface Applied {
  readonly target: Target
  readonly before: unknown
  readonly plan: Awaited<ReturnType<ActionWorld['plan']>>
  readonly outcome: StepOutcome
}

async function applied(action: ActionName, { make, look }: Case): Promise<Applied> {
  const target = await make(world)
  const before = await look(world, target)
  const plan = await world.plan(action, target)
  return { target, before, plan, outcome: await world.perform(plan) }
}

const names = Object.keys(catalogue) as readonly ActionName[]
const all = names.map((action) => ({ action, of: cases[action] }))
const everyWrite = all.flatMap(({ action, of }) => of.writes.map((operation) => ({ action, of, operation })))
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
    await of.tamper(world, target)
    expect(await world.discrepancies(plan)).not.toEqual([])
  })

  it.each(all)('$action changes nothing when it is done a second time', async ({ action, of }) => {
    const { plan, outcome } = await applied(action, of)
    expect(await world.perform(plan)).toEqual(outcome)
    expect(await operationsOf()).toEqual(of.writes)
  })

  it.each(all)('$action is undone exactly, and what others did since stays', async ({ action, of }) => {
    const { target, before, plan, outcome } = await applied(action, of)
    await world.finish(plan)
    await of.beside(world, target)
    const undo = await world.plan(action, target, { plan, calls: callsOf(outcome) })
    expect(await world.perform(undo)).toMatchObject({ kind: 'applied' })
    expect(await operationsOf()).toEqual([...of.writes, ...of.undoWrites])
    const now = (await of.look(world, target)) as { policies: readonly string[] }
    expect({ ...now, policies: now.policies.filter((name) => name !== 'somebody-elses') }).toEqual(before)
    expect(now.policies).toContain('somebody-elses')
  })

  it.each(everyWrite)('$action has one net effect when $operation took effect and nobody was told', async (one) => {
    const undisturbed = (await applied(one.action, one.of)).outcome as Extract<StepOutcome, { kind: 'applied' }>
    await world.close()
    world = await openActionWorld()
    const target = await one.of.make(world)
    const plan = await world.plan(one.action, target)
    await world.simulator.faults({ rules: [{ operation: one.operation, effect: 'lose' }] })
    const outcome = await world.persist(plan)
    expect(outcome.kind).toBe('applied')
    expect(callsOf(outcome).map(({ change }) => change.field)).toHaveLength(undisturbed.calls.length)
    expect(await world.discrepancies(plan)).toEqual([])
  })

  it.each(everyWrite)('$action goes on when $operation failed before its effect', async ({ action, of, operation }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await world.simulator.faults({ rules: [{ operation, effect: 'refuse', code: 'ServiceUnavailable', status: 503 }] })
    expect(await world.persist(plan)).toMatchObject({ kind: 'applied' })
    expect(await world.discrepancies(plan)).toEqual([])
  })

  it.each(drifting)('$action is not done when what the plan records has changed', async ({ action, of, drift }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await drift(world, target)
    expect(await world.perform(plan)).toMatchObject({ kind: 'drifted' })
    expect(await operationsOf()).toEqual([])
  })

  it.each(all)('$action is done though somebody tags its target meanwhile', async ({ action, of }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await of.tag(world, target, 'owner', 'attacker')
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
  })

  it.each(all)('$action is refused on a target that is tagged as protected', async ({ action, of }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await of.tag(world, target, 'cordon:protected', 'true')
    expect(await world.perform(plan)).toMatchObject({ kind: 'refused', code: 'target_protected' })
    expect(await operationsOf()).toEqual([])
  })

  it.each(all)('$action leaves another target of the same name alone', async ({ action, of }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await of.replace(world, target)
    expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'target_gone' })
    expect(await operationsOf()).toEqual([])
  })

  it.each(all)('$action says when Cordon’s role lacks a permission', async ({ action, of }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await world.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'CordonResponder',
        PolicyName: 'lacking',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: of.writes, Resource: '*' }],
        }),
      }),
    )
    expect(await world.perform(plan)).toMatchObject({ kind: 'failed', code: 'access_denied', calls: [] })
  })

  it.each(all)('$action waits until AWS shows what it acknowledged', async ({ action, of }) => {
    const target = await of.make(world)
    const plan = await world.plan(action, target)
    await pause(STALE_MS)
    await world.simulator.faults({ staleReadsMs: STALE_MS })
    expect(await world.persist(plan)).toMatchObject({ kind: 'applied' })
    expect(await operationsOf()).toEqual(of.writes)
  })
})

describe('rotateAccessKey', () => {
  it('lets its new secret out of Secrets Manager nowhere', async () => {
    const { outcome } = await applied('rotateAccessKey', cases.rotateAccessKey)
    const { SecretString = '' } = await world.secrets.send(
      new GetSecretValueCommand({ SecretId: 'cordon/rotated/conform' }),
    )
    const { secretAccessKey } = JSON.parse(SecretString) as { secretAccessKey: string }
    const permits = await world.gate.owner.selectFrom('permit').selectAll().execute()
    const events = await world.gate.events()
    const kept = JSON.stringify({ outcome, permits, events }) + world.logged()
    expect(kept).toContain('newKey')
    expect(secretAccessKey.length).toBeGreaterThan(20)
    expect(kept).not.toContain(secretAccessKey)
  })

  it('makes another key in place of one whose secret died with its process, and leaves none behind', async () => {
    const { make, look } = cases.rotateAccessKey
    const target = await make(world)
    const plan = await world.plan('rotateAccessKey', target)
    await world.simulator.faults({ rules: [{ operation: 'iam:CreateAccessKey', effect: 'lose' }] })
    expect(await world.persist(plan)).toMatchObject({ kind: 'applied' })
    const { keys } = (await look(world, target)) as { keys: readonly unknown[] }
    expect(keys).toHaveLength(2)
    expect(await operationsOf()).toEqual([
      'iam:CreateAccessKey',
      'iam:DeleteAccessKey',
      'iam:CreateAccessKey',
      'secretsmanager:CreateSecret',
    ])
  })
})
