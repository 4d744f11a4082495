import { CreateUserCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doingOf } from '#activities/actions/erased'
import { createGateClient } from '#activities/ask-gate'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import type { StepCredentials } from '#domain/permit'
import type { PlannedStep } from '#domain/plan'
import { roleFor } from '#domain/roles/account-roles'
import { roleNames } from '#domain/roles/role-trust'
import type { Target } from '#domain/targets'
import { accountPlace } from '#store/plans/planned-steps'
import { PAYMENTS_PRODUCTION } from '../../support/simulator.ts'
import { dropDatabase, type StoredPlan } from '../gate/world.ts'
import { cases } from './cases.ts'
import { ACCOUNT, type ActionWorld, openActionWorld, REGION } from './world.ts'

/** Both drills are made of these. */
const names = Object.keys(catalogue) as readonly ActionName[]
const reversible = names.filter((action) => catalogue[action].reversible)
const OTHER_REGION = 'us-east-1'

/** A step with the session that the gate opened for it. */
interface Held {
  readonly name: string
  readonly plan: StoredPlan
  readonly step: PlannedStep
  readonly credentials: StepCredentials
}

let world: ActionWorld
let held: readonly Held[]
/** Plans of the same actions on other targets, which nobody carries out. */
let others: readonly PlannedStep[]

beforeAll(async () => {
  world = await openActionWorld()
  const opened: Held[] = []
  for (const action of names) {
    const target = await cases[action].make(world, `one-${action.toLowerCase()}`)
    opened.push(await hold(action, await world.plan(action, target)))
  }
  for (const action of reversible) {
    const target = await cases[action].make(world, `undo-${action.toLowerCase()}`)
    opened.push(await hold(`undo of ${action}`, await undoing(action, target)))
  }
  held = opened
  others = await Promise.all(
    names.map(async (action) => {
      const target = await cases[action].make(world, `other-${action.toLowerCase()}`)
      return stepOf(await world.plan(action, target))
    }),
  )
}, 120_000)
afterAll(async () => {
  await world.close()
  await dropDatabase()
})

const stepOf = ({ plan }: StoredPlan): PlannedStep => plan.steps[0] as PlannedStep

async function undoing(action: ActionName, target: Target): Promise<StoredPlan> {
  const plan = await world.plan(action, target)
  const outcome = await world.persist(plan)
  await world.finish(plan)
  return world.plan(action, target, { plan, calls: outcome.calls ?? [] })
}

async function observed({ action, target }: PlannedStep) {
  const { partition, externalId } = await accountPlace(world.deps.db, target.account)
  const place = { account: target.account, region: REGION, incident: world.gate.incident, partition, externalId }
  const { arn, state, tags } = await doingOf(action).observe(await world.deps.aws.read(place), target)
  return { arn, state, tags }
}

async function hold(name: string, plan: StoredPlan): Promise<Held> {
  const step = stepOf(plan)
  const answer = await world.deps.gate.ask({ plan: plan.hash, step: 0, observed: await observed(step) })
  if (answer.kind !== 'permitted' || answer.credentials === null) throw new Error(`${name}: ${JSON.stringify(answer)}`)
  return { name, plan, step, credentials: answer.credentials }
}

/** What a hostile action does: the calls of a step, each by itself, with a session that is not for them. */
async function attempt({ credentials }: Held, step: PlannedStep, region = REGION): Promise<number> {
  const read = await world.deps.aws.read({
    account: ACCOUNT,
    region,
    incident: world.gate.incident,
    ...(await accountPlace(world.deps.db, ACCOUNT)),
  })
  const write = world.deps.aws.write({ account: ACCOUNT, region, incident: world.gate.incident }, credentials)
  const { target, before } = step
  let refused = 0
  for (const call of step.calls) {
    const work = {
      read,
      write,
      target,
      before,
      calls: [call],
      attempt: 1,
      signal: AbortSignal.timeout(30_000),
      made: () => undefined,
    }
    await doingOf(step.action)
      .apply(work)
      .catch(() => (refused += 1))
  }
  return refused
}

/** Of some permissions AWS takes no resource: such a session reaches what is like its target in the account and Region, which approvers read. */
const unheld: readonly ActionName[] = ['archiveFindings', 'giveFindingFeedback', 'noteInSecurityHub']
const isUnheld = ({ step: { action, direction } }: Held, other: PlannedStep): boolean =>
  unheld.includes(action) && other.action === action && (direction === 'apply' || action === 'noteInSecurityHub')

/** What the session changed or opened until now. */
const effectsOf = async ({ credentials: { accessKeyId } }: Held) =>
  (await world.simulator.calls({ outcome: 'allowed' }))
    .filter(
      (call) => call.accessKeyId === accessKeyId && (call.access === 'write' || call.operation === 'sts:AssumeRole'),
    )
    .map(({ operation }) => operation)

describe('the session of a step in the hands of a hostile action', () => {
  it('is of the role that its kind of step has', async () => {
    const opened = await world.simulator.calls({ operation: 'sts:AssumeRole', outcome: 'allowed' })
    for (const { plan, step } of held)
      expect(
        opened
          .filter(({ parameters }) => JSON.stringify(parameters).includes(plan.hash))
          .map(({ parameters }) => (parameters as { readonly roleArn?: string }).roleArn),
      ).toEqual([`arn:aws:iam::${ACCOUNT}:role/${roleFor(step)}`])
    expect(new Set(held.map(({ step }) => roleFor(step)))).toEqual(new Set(['CordonResponder', 'CordonRestorer']))
  })

  it('does no other action, and its own on no other target, for every step of both drills and every undo', async () => {
    // All at once: some wait for a moment for what a refused call would have made.
    const tried = held.flatMap((one) =>
      others
        .filter((step) => !isUnheld(one, step))
        .map(async (step) => [one.name, step.action, (await attempt(one, step)) - step.calls.length] as const),
    )
    expect((await Promise.all(tried)).filter(([, , spared]) => spared !== 0)).toEqual([])
    for (const one of held) expect([one.name, await effectsOf(one)]).toEqual([one.name, []])
  }, 120_000)

  it('does its own calls in no other Region', async () => {
    const regional = held.filter(
      ({ step }) => step.direction === 'apply' && !step.calls.some(({ operation }) => operation.startsWith('iam:')),
    )
    expect(regional.length).toBeGreaterThan(3)
    for (const one of regional)
      expect([one.name, await attempt(one, one.step, OTHER_REGION)]).toEqual([one.name, one.step.calls.length])
    for (const one of regional) expect([one.name, await effectsOf(one)]).toEqual([one.name, []])
  }, 60_000)

  it('opens no other account and no other role, makes no user and frees no role of Cordon’s', async () => {
    for (const one of held) {
      const { accessKeyId, secretAccessKey, sessionToken } = one.credentials
      const settings = world.simulator.client({ accessKeyId, secretAccessKey, sessionToken }, OTHER_REGION)
      const [sts, iam] = [new STSClient(settings), new IAMClient(settings)]
      for (const account of [ACCOUNT, PAYMENTS_PRODUCTION])
        for (const role of roleNames) {
          const ExternalId = world.simulator.identities.accounts.find(({ id }) => id === account)?.externalId
          const RoleArn = `arn:aws:iam::${account}:role/${role}`
          await expect(
            sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'more', ExternalId })),
          ).rejects.toMatchObject({ name: 'AccessDenied' })
        }
      await expect(iam.send(new CreateUserCommand({ UserName: 'mine' }))).rejects.toMatchObject({
        name: 'AccessDenied',
      })
      const more = {
        PolicyName: 'more',
        PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      }
      for (const RoleName of roleNames)
        await expect(iam.send(new PutRolePolicyCommand({ RoleName, ...more }))).rejects.toMatchObject({
          name: 'AccessDenied',
        })
      expect([one.name, await effectsOf(one)]).toEqual([one.name, []])
    }
  }, 60_000)

  it('does what it is for, all the same', async () => {
    for (const one of held.filter(({ step }) => step.action === 'denyUser' && step.direction === 'apply'))
      expect([await attempt(one, one.step), await effectsOf(one)]).toEqual([0, ['iam:PutUserPolicy']])
  })
})

describe('an executor that asks for what is not its own', () => {
  const make = (name: string) => cases.denyUser.make(world, name)

  it('gets nothing for a plan that people did not approve, or that is not there', async () => {
    const target = await make('unapproved')
    const { arn, state } = await world.observe('denyUser', target)
    const plan = await world.gate.propose([{ action: 'denyUser', target, arn, before: state }])
    const question = { plan: plan.hash, step: 0, observed: { arn, state, tags: {} } }
    expect(await world.deps.gate.ask(question)).toMatchObject({ kind: 'refused', code: 'quorum_missing' })
    expect(await world.deps.gate.ask({ ...question, plan: 'f'.repeat(64) })).toMatchObject({
      kind: 'refused',
      code: 'not_found',
    })
    expect(await world.deps.gate.ask({ ...question, step: 7 })).toMatchObject({ kind: 'refused', code: 'not_found' })
  })

  it('gets nothing for a later step, or with another step’s target', async () => {
    const [first, second] = [await make('first'), await make('second')]
    const wishes = await Promise.all(
      [first, second].map(async (target) => {
        const { arn, state } = await world.observe('denyUser', target)
        return { action: 'denyUser', target, arn, before: state } as const
      }),
    )
    const plan = await world.gate.approve(wishes)
    const observedOf = (nth: number) => ({
      arn: wishes[nth]?.arn ?? '',
      state: wishes[nth]?.before ?? {},
      tags: {},
    })
    expect(await world.deps.gate.ask({ plan: plan.hash, step: 1, observed: observedOf(1) })).toMatchObject({
      code: 'out_of_order',
    })
    expect(await world.deps.gate.ask({ plan: plan.hash, step: 0, observed: observedOf(1) })).toMatchObject({
      code: 'catalogue_changed',
    })
  })

  it('gets no second session for a step that ended, whoever asks', async () => {
    const target = await make('ended')
    const plan = await world.plan('denyUser', target)
    await world.persist(plan)
    const answer = await world.deps.gate.ask({ plan: plan.hash, step: 0, observed: await observed(stepOf(plan)) })
    expect(answer).toMatchObject({ kind: 'settled', outcome: { kind: 'applied' } })
    expect(JSON.stringify(answer)).not.toMatch(/sessionToken|secretAccessKey/)
  })

  it('gets nothing without the gate’s secret, as a worker would ask', async () => {
    const stranger = createGateClient({ socket: world.socket, secret: 'guessed' })
    const [one] = held
    const asked = { plan: one?.plan.hash ?? '', step: 0, observed: { arn: '', state: {}, tags: {} } }
    expect(await stranger.ask(asked)).toMatchObject({ kind: 'refused', code: 'not_authenticated' })
  })
})
