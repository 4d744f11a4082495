import { type Cast, noActivity, type RunbookTest, type TestOptions, testFinding, testRunbook } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import type { Credential } from '#domain/finding'
import type { IamRole, IamUser } from '#domain/targets'
import { compromisedUserCredentials } from '#runbooks/compromised-user-credentials'

const account = '111122223333'
const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }
const key: Credential = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }

const run = (options: Partial<TestOptions> = {}): Promise<RunbookTest> =>
  testRunbook(compromisedUserCredentials, {
    findings: [testFinding(key)],
    world: { evidence: { activityOf: noActivity } },
    ...options,
  })

const people = [
  { id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] },
  { id: 'ben', name: 'Ben', roles: ['approver'], groups: ['platform'] },
] as const

/** Two people who approve everything but plans of one purpose, on which they say something else. */
const except = (
  purpose: 'contain' | 'recover' | 'undo',
  decision: 'deny' | 'hold' | 'replace',
): Pick<TestOptions, 'cast'> & { readonly cast: Cast } => ({
  cast: {
    people,
    votes: (plan) =>
      plan.purpose === purpose
        ? [{ person: 'ada', decision, after: '1m' }]
        : people.map(({ id }) => ({ person: id, decision: 'approve', after: '1m' })),
  },
})

const ends = ({ plans }: RunbookTest) => plans.map(({ plan, status }) => [plan.purpose, status])
const stepsOf = ({ plans }: RunbookTest) => plans.map(({ plan }) => plan.steps.map(({ action }) => action))
const operationsOf = ({ plans }: RunbookTest) =>
  plans.map(({ plan }) => plan.steps.flatMap(({ calls }) => calls.map(({ operation }) => operation)))

describe('the credentials of a user that somebody else uses', () => {
  it('are contained, looked into, rotated and released, in this order', async () => {
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

  it('are contained by a denial first, then by their keys', async () => {
    const [contained] = operationsOf(await run())
    expect(contained).toEqual(['iam:PutUserPolicy', 'iam:UpdateAccessKey'])
  })

  it('leave the old key switched off when a rotated one is released', async () => {
    expect(operationsOf(await run()).at(-1)).toEqual(['iam:DeleteUserPolicy'])
  })

  it('take the sessions of each role with them that the user opened, and the last containment is released first', async () => {
    const other: IamRole = { ...role, roleId: 'AROA2', name: 'shop-read' }
    const test = await run({ world: { evidence: { activityOf: { ...noActivity, rolesAssumed: [role, other] } } } })
    expect(stepsOf(test)).toEqual([
      ['denyUser', 'deactivateAccessKeys'],
      ['revokeRoleSessions'],
      ['revokeRoleSessions'],
      ['rotateAccessKey'],
      ['revokeRoleSessions'],
      ['revokeRoleSessions'],
      ['denyUser'],
    ])
    const released = test.plans.slice(4).map(({ plan }) => plan.steps[0]?.target)
    expect(released).toEqual([other, role, user])
  })
})

describe('a person goes on', () => {
  it.each([
    ['denied', except('contain', 'deny'), 'ada denied it'],
    ['expired', except('contain', 'hold'), 'nobody decided by 2026-01-01T00:30:00.000Z'],
  ] as const)('when the containment is %s, and nothing more is proposed', async (status, options, reason) => {
    const test = await run(options)
    expect(ends(test)).toEqual([['contain', status]])
    expect(test.handedOver).toEqual([`The plan ended ${status}: ${reason}`])
  })

  it('when only a part of the containment is there', async () => {
    const test = await run({
      world: { outcomes: { deactivateAccessKeys: [{ failed: 'access_denied', reason: 'the role lacks it' }] } },
    })
    expect(ends(test)).toEqual([['contain', 'partial']])
    expect(test.handedOver).toEqual(['The plan ended partial: access_denied: the role lacks it'])
  })

  it('when the containment does not hold until it is read back', async () => {
    const test = await run({ world: { outcomes: { denyUser: [{ unverified: 'ourPolicy is absent again' }] } } })
    expect(test.handedOver).toEqual(['The plan ended partial: ourPolicy is absent again'])
  })

  it('when the user is gone', async () => {
    const test = await run({ world: { gone: ['denyUser'] } })
    expect(test.handedOver.join()).toContain('target_gone')
    expect(test.plans).toEqual([])
  })

  it('when the sessions of a role cannot be revoked, before anything is rotated', async () => {
    const test = await run({
      world: {
        evidence: { activityOf: { ...noActivity, rolesAssumed: [role] } },
        outcomes: { revokeRoleSessions: [{ failed: 'limit_reached', reason: 'no room for a policy' }] },
      },
    })
    expect(ends(test)).toEqual([
      ['contain', 'done'],
      ['contain', 'failed'],
    ])
    expect(test.handedOver.join()).toContain('limit_reached')
  })

  it('when people deny the rotation: the containment stays', async () => {
    const test = await run(except('recover', 'deny'))
    expect(ends(test)).toEqual([
      ['contain', 'done'],
      ['recover', 'denied'],
    ])
    expect(test.handedOver).toEqual(['The plan ended denied: ada denied it'])
  })

  it('when people deny a release, and the other containments are asked about all the same', async () => {
    const test = await run({
      ...except('undo', 'deny'),
      world: { evidence: { activityOf: { ...noActivity, rolesAssumed: [role] } } },
    })
    expect(ends(test).slice(3)).toEqual([
      ['undo', 'denied'],
      ['undo', 'denied'],
    ])
    expect(test.handedOver).toHaveLength(2)
  })

  it('who put something else in the place of the rotation: nobody is told again', async () => {
    const test = await run(except('recover', 'replace'))
    expect(ends(test).at(-1)).toEqual(['recover', 'superseded'])
    expect(test.handedOver).toEqual([])
  })

  it.each([
    [{ kind: 'root', account, accessKeyId: 'AKIAROOT' }],
    [{ kind: 'unknown', account }],
    [{ kind: 'role-session', account, accessKeyId: 'ASIA1', role, session: 's' }],
  ] as const)('at once when the credential is no user’s key: %o', async (credential) => {
    const test = await run({ findings: [testFinding(credential)] })
    expect(test.plans).toEqual([])
    expect(test.handedOver).toEqual([`A credential of kind ${credential.kind} needs its own runbook`])
  })
})

describe('drift', () => {
  const drifted = { drifted: 'ourPolicy changed' } as const

  it('makes a fresh plan of what is true now, which people approve anew', async () => {
    const test = await run({
      world: {
        evidence: { activityOf: noActivity },
        states: { denyUser: [{ ourPolicy: null }, { ourPolicy: 'a stranger’s' }] },
        outcomes: { denyUser: [drifted, 'applied'] },
      },
    })
    expect(ends(test).slice(0, 2)).toEqual([
      ['contain', 'superseded'],
      ['contain', 'done'],
    ])
    expect(test.plans.slice(0, 2).map(({ plan }) => plan.steps[0]?.before)).toEqual([
      { ourPolicy: null },
      { ourPolicy: 'a stranger’s' },
    ])
    expect(test.timeline.filter(({ type, text }) => type === 'vote.cast' && text.includes('ada')).length).toBe(4)
    expect(test.handedOver).toEqual([])
  })

  it('ends after three fresh plans', async () => {
    const test = await run({ world: { outcomes: { denyUser: [drifted] } } })
    expect(ends(test)).toEqual(Array.from({ length: 4 }, () => ['contain', 'superseded']))
  })
})
