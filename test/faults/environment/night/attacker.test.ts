import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '#domain/plan'
import { type Document, eventually } from '../asking.ts'
import { iamOf, type Key, keepDoing, makeBackdoor } from '../attacker.ts'
import { approve, approveUntil, type Drill, openPlan, startDrill } from '../drill.ts'
import { oneHome } from '../one-home.ts'

const ACCOUNT = '111122223333'
const VICTIM = 'deploy-bot'
const document = (Effect: string, Action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] })
/** Longer than the demo’s policy reads back: the window is still open when the containment is told. */
const WINDOW_MS = 6_000
/** CloudTrail shows nothing when the runbook asks for what the principal did, and everything when the watch ends. */
const TRAIL_MS = 5_000
const MUTATES_EVERY_MS = 5_000
/** While none of the plans is carried out or holds: what is changed afterwards is a loss, not a delay. */
const ENDED_OR_OPEN: ReadonlySet<string> = new Set(['proposed', 'superseded'])

const here = oneHome()
let administrator: IAMClient
beforeAll(async () => {
  administrator = iamOf(here.home, ACCOUNT)
})

async function newKey(iam: IAMClient): Promise<Key> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: VICTIM }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

const keysOfVictim = async (iam: IAMClient) =>
  (await iam.send(new ListAccessKeysCommand({ UserName: VICTIM }))).AccessKeyMetadata ?? []

/** A drill whose victim may do anything in IAM, with its first plan; and somebody who has another key of the victim’s. */
async function powerfulVictim(account: string) {
  const owner = iamOf(here.home, account)
  await here.asking.faults({ iamLagMs: WINDOW_MS, trailDelayMs: [TRAIL_MS, TRAIL_MS] })
  const drill = await startDrill(here.asking, 'stolen-access-key', account)
  const everything = { UserName: VICTIM, PolicyName: 'everything', PolicyDocument: document('Allow', 'iam:*') }
  await owner.send(new PutUserPolicyCommand(everything))
  const key = await newKey(owner)
  const thief = iamOf(here.home, key)
  // What is new needs the same time to be known everywhere as what is taken away.
  await eventually('the thief’s power', () => thief.send(new ListAccessKeysCommand({ UserName: VICTIM })))
  const { hash } = await openPlan(here.asking, drill.incident)
  /** Makes room for the key that the owner is to get. */
  const takeKeyAway = () => owner.send(new DeleteAccessKeyCommand({ UserName: VICTIM, AccessKeyId: key.accessKeyId }))
  return { ...drill, plan: hash, owner, thief, takeKeyAway }
}

const planOf = async ({ incident, plan }: { readonly incident: string; readonly plan: string }): Promise<Document> =>
  (await here.asking.plans(incident)).find(({ hash }) => hash === plan)

/** Waits until Cordon has cut the victim off, as far as AWS has acknowledged. */
const isCutOff = ({ began }: Drill) =>
  eventually('the last write of the containment', async () => {
    const made = await here.asking.calls({ operation: 'iam:UpdateAccessKey', outcome: 'allowed', since: String(began) })
    return made.length > 0
  })

const told = (incident: string, type: string, plan: string) =>
  eventually(`${type} in the timeline of ${incident}`, async () =>
    (await here.asking.timeline(incident)).find((event) => event.type === type && event.refs.plan === plan),
  )

const taskWith = (incident: string, word: string) =>
  eventually(`a task with “${word}”`, async () =>
    (await here.asking.incident(incident)).tasks.find(({ text }: Document) => text.includes(word)),
  )

const isReleased = ({ containments }: Document) =>
  containments.length > 0 && containments.every(({ releasedAt }: Document) => releasedAt !== null)

describe('in the moment in which a disabled key still works, somebody makes a user for later', () => {
  it('and before the containment is told: the user is on the list of what recovery must settle', async () => {
    const drill = await powerfulVictim(ACCOUNT)
    await approve(here.asking, drill.plan)
    await isCutOff(drill)
    await makeBackdoor(drill.thief, 'for-later')
    const { id } = await taskWith(drill.incident, 'iam:CreateUser')
    await drill.takeKeyAway()
    expect(await approveUntil(here.asking, drill.incident, isReleased)).toMatchObject({ status: 'contained' })
    const settle = { how: 'removed', reason: 'deleted by hand' }
    const { tasks } = await here.asking.incident(drill.incident)
    expect(tasks.map((task: Document) => task.id)).toContain(id)
    for (const task of tasks)
      await here.asking.ask(`/api/incidents/${drill.incident}/tasks/${task.id}/settle`, 'responder', settle)
    expect(await here.asking.incident(drill.incident)).toMatchObject({ status: 'recovered' })
  })

  it('and after the containment was told: it is told as lost, and the incident is open again', async () => {
    const drill = await powerfulVictim('444455556666')
    await approve(here.asking, drill.plan)
    await told(drill.incident, 'plan.done', drill.plan)
    await makeBackdoor(drill.thief, 'for-even-later')
    const lost = await told(drill.incident, 'containment.lost', drill.plan)
    // Its own script may still look around in that moment too.
    expect(lost.text).toMatch(/succeeded with iam:/)
    expect(await here.asking.incident(drill.incident)).toMatchObject({ status: 'open' })
    await taskWith(drill.incident, 'iam:CreateUser')
    await drill.takeKeyAway()
    expect(await approveUntil(here.asking, drill.incident, isReleased)).not.toMatchObject({ status: 'recovered' })
  })

  it('and gives the victim new keys as often as it can: no key works when the incident is said to be contained', async () => {
    const drill = await powerfulVictim('777788889999')
    const keepingKeys = keepDoing(async () => {
      const [old] = (await keysOfVictim(drill.owner)).filter(({ Status }) => Status === 'Inactive')
      if (old !== undefined)
        await drill.thief.send(new DeleteAccessKeyCommand({ UserName: VICTIM, AccessKeyId: old.AccessKeyId }))
      await newKey(drill.thief)
    })
    await approve(here.asking, drill.plan)
    await eventually('the end of the plan', async () => isTerminal((await planOf(drill)).status))
    await keepingKeys.stop()
    const ended = await planOf(drill)
    if (ended.status === 'done')
      await eventually('its watch', async () => (await planOf(drill)).status === 'partial' || (await wasWatched(drill)))
    const active = (await keysOfVictim(drill.owner)).filter(({ Status }) => Status === 'Active')
    const { status } = await here.asking.incident(drill.incident)
    expect({ status, active: active.length > 0 }).not.toEqual({ status: 'contained', active: true })
    expect(['contained', 'open']).toContain(status)
    if (status === 'open') await taskWith(drill.incident, active[0]?.AccessKeyId ?? 'does not hold')
  })
})

/** The read-back after those of the demo’s policy. */
const wasWatched = async ({ incident, plan }: { readonly incident: string; readonly plan: string }) =>
  (await here.asking.timeline(incident)).some(
    ({ type, refs }) => type === 'step.verified' && refs.plan === plan && refs.round === '2',
  )

describe('a target that somebody changes every five seconds', () => {
  it('is contained by the first plan when the changes do not matter to it, however long people take', async () => {
    const drill = await startDrill(here.asking, 'stolen-access-key')
    await openPlan(here.asking, drill.incident)
    let changes = 0
    const mutating = keepDoing(async (turn) => {
      await administrator.send(new TagUserCommand({ UserName: VICTIM, Tags: [{ Key: 'turn', Value: String(turn) }] }))
      const policy = { UserName: VICTIM, PolicyName: 'other', PolicyDocument: document('Allow', `s3:Get${turn}*`) }
      await administrator.send(new PutUserPolicyCommand(policy))
      changes += 1
    }, MUTATES_EVERY_MS)
    await eventually('three changes while people think', async () => changes > 2)
    // What an earlier attacker left behind may keep it from being recovered.
    await approveUntil(here.asking, drill.incident, isReleased)
    await mutating.stop()
    await administrator.send(new DeleteUserPolicyCommand({ UserName: VICTIM, PolicyName: 'other' }))
    expect((await here.asking.plans(drill.incident)).map(({ revision, status }) => ({ revision, status }))).toEqual(
      Array.from({ length: 5 }, () => ({ revision: 0, status: 'done' })),
    )
  })

  it('is contained by the second plan when the change is in the very place that Cordon writes to', async () => {
    const drill = await startDrill(here.asking, 'stolen-access-key')
    const { hash } = await openPlan(here.asking, drill.incident)
    let changes = 0
    const mutating = keepDoing(async (turn) => {
      const policy = {
        UserName: VICTIM,
        PolicyName: 'CordonDenyAll',
        PolicyDocument: document('Allow', `s3:Get${turn}*`),
      }
      if (turn === 0 || (await here.asking.plans(drill.incident)).every(({ status }) => ENDED_OR_OPEN.has(status)))
        await administrator.send(new PutUserPolicyCommand(policy))
      changes += 1
    }, MUTATES_EVERY_MS)
    await eventually('the first change', async () => changes > 0)
    await approveUntil(here.asking, drill.incident, ({ status }) => status === 'contained')
    await mutating.stop()
    const plans = (await here.asking.plans(drill.incident)).filter(({ kind }) => kind === 'contain')
    expect(plans.find((plan) => plan.hash === hash)).toMatchObject({ status: 'superseded' })
    expect(plans.find(({ status }) => status === 'done')).toMatchObject({ revision: 1 })
  })
})
