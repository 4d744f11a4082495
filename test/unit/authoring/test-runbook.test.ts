import { actions, defineRunbook, evidence } from 'cordon/runbook'
import { type TestOptions, testRunbook } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import type { Finding } from '#domain/finding'
import type { IamRole } from '#domain/targets'
import { compromisedUserCredentials } from '#runbooks/compromised-user-credentials'
import { account, finding, quiet, user } from './findings.ts'

const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }

const run = (options: Partial<TestOptions> = {}) =>
  testRunbook(compromisedUserCredentials, {
    findings: [finding],
    world: { evidence: { activityOf: quiet } },
    ...options,
  })

const ends = ({ plans }: Awaited<ReturnType<typeof run>>) => plans.map(({ plan, status }) => [plan.purpose, status])

describe('the runbook for compromised user credentials', () => {
  it('contains, looks, rotates and releases, in this order', async () => {
    const test = await run()
    expect(ends(test)).toEqual([
      ['contain', 'done'],
      ['recover', 'done'],
      ['undo', 'done'],
    ])
    expect(test.handedOver).toEqual([])
    const told = test.timeline.map(({ type }) => type)
    expect(told.indexOf('evidence.collected')).toBeGreaterThan(told.indexOf('plan.done'))
  })

  it('revokes the sessions of each role that the user opened, and releases the last containment first', async () => {
    const test = await run({ world: { evidence: { activityOf: { ...quiet, rolesAssumed: [role] } } } })
    expect(test.plans.map(({ plan }) => plan.steps.map(({ action }) => action))).toEqual([
      ['denyUser', 'deactivateAccessKeys'],
      ['revokeRoleSessions'],
      ['rotateAccessKey'],
      ['revokeRoleSessions'],
      ['denyUser'],
    ])
  })

  it('leaves the old key switched off when it releases a rotated one', async () => {
    const { plans } = await run()
    expect(plans.at(-1)?.plan.steps.flatMap(({ calls }) => calls.map(({ operation }) => operation))).toEqual([
      'iam:DeleteUserPolicy',
    ])
  })

  it('hands over what people deny, with who did, and does nothing more', async () => {
    const cast = { people: people(), votes: () => [{ person: 'ada', decision: 'deny', after: '1m' } as const] }
    const test = await run({ cast })
    expect(ends(test)).toEqual([['contain', 'denied']])
    expect(test.handedOver.join()).toContain('ada denied')
  })

  it('hands over what nobody decides in time', async () => {
    const test = await run({
      cast: { people: people(), votes: () => [{ person: 'ada', decision: 'approve', after: '1m' }] },
    })
    expect(ends(test)).toEqual([['contain', 'expired']])
    expect(test.timeline.at(-1)?.at).toBe('2026-01-01T00:30:00.000Z')
  })

  it('proposes afresh after drift, three times at most', async () => {
    const drifted = { drifted: 'ourPolicy changed' } as const
    const twice = await run({
      world: { evidence: { activityOf: quiet }, outcomes: { denyUser: [drifted, drifted, 'applied'] } },
    })
    expect(ends(twice).slice(0, 3)).toEqual([
      ['contain', 'superseded'],
      ['contain', 'superseded'],
      ['contain', 'done'],
    ])
    const always = await run({ world: { outcomes: { denyUser: [drifted] } } })
    expect(ends(always)).toEqual(Array.from({ length: 4 }, () => ['contain', 'superseded']))
  })

  it('hands over a containment of which only a part is there', async () => {
    const test = await run({
      world: { outcomes: { deactivateAccessKeys: [{ failed: 'access_denied', reason: 'no' }] } },
    })
    expect(ends(test)).toEqual([['contain', 'partial']])
    expect(test.handedOver.join()).toContain('partial')
  })

  it('hands over a user that is gone, and a credential that is no user’s key', async () => {
    expect((await run({ world: { gone: ['denyUser'] } })).handedOver.join()).toContain('target_gone')
    const root: Finding = { ...finding, credential: { kind: 'root', account, accessKeyId: 'AKIAROOT' } }
    expect((await run({ findings: [root] })).handedOver.join()).toContain('root')
  })
})

describe('the test kit', () => {
  it('hands over what a runbook throws, as Cordon does', async () => {
    const wrong = defineRunbook({ ...compromisedUserCredentials, respond: () => Promise.reject(new TypeError('oops')) })
    expect((await testRunbook(wrong, { findings: [finding] })).handedOver).toEqual([expect.stringContaining('oops')])
  })

  it('says which evidence the test forgot', async () => {
    expect((await run({ world: {} })).handedOver.join()).toContain('world.evidence')
  })

  it('waits and pages without anybody waiting', async () => {
    const patient = defineRunbook({
      ...compromisedUserCredentials,
      async respond(_incident, { page, wait }) {
        await page('first')
        await wait('2d')
        await page('second')
      },
    })
    const { timeline } = await testRunbook(patient, { findings: [finding] })
    expect(timeline.map(({ at, text }) => [at, text])).toEqual([
      ['2026-01-01T00:00:00.000Z', 'first'],
      ['2026-01-03T00:00:00.000Z', 'second'],
    ])
  })

  it('refuses what policy protects', async () => {
    const { usualPolicy } = await import('#authoring/test-world')
    const policy = { ...usualPolicy, protected: [{ name: 'deploy-*', instructions: 'ask its owner' }] }
    expect((await run({ world: { policy } })).handedOver.join()).toContain('ask its owner')
  })
})

describe('a runbook that means the wrong thing', () => {
  it('does not compile', () => {
    defineRunbook({
      ...compromisedUserCredentials,
      async respond(_incident, { contain, recover, collect }) {
        // @ts-expect-error -- a role has no access keys
        actions.deactivateAccessKeys(role)
        // @ts-expect-error -- a user has no sessions of a role
        actions.revokeRoleSessions(user)
        // @ts-expect-error -- rotation is no containment
        await contain('wrong', [actions.rotateAccessKey({ kind: 'user-key', account, accessKeyId: 'AKIATEST', user })])
        // @ts-expect-error -- a denial is no recovery
        await recover('wrong', [actions.denyUser(user)])
        // @ts-expect-error -- there is no such evidence
        await collect(evidence.nothing(user))
      },
    })
    expect(Object.keys(actions)).toContain('denyUser')
  })
})

function people() {
  return [
    { id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] },
    { id: 'ben', name: 'Ben', roles: ['approver'], groups: ['platform'] },
  ] as const
}
