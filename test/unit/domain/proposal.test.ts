import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DENY_ALL } from '#domain/catalogue/deny-user'
import type { ActionName } from '#domain/catalogue/index'
import type { Observation } from '#domain/executor'
import type { Plan } from '#domain/plan'
import { makePlan, type Proposal, type Surroundings } from '#domain/proposal'
import type { Ec2Instance, IamUser } from '#domain/targets'
import { readPolicyFile } from '#store/policy/policy-file'

const read = readPolicyFile(readFileSync(new URL('../../../policies/demo.yaml', import.meta.url), 'utf8'))
if (read.kind === 'problems') throw new Error('The demo policy cannot be read')
const { policy } = read

const user: IamUser = { kind: 'iam-user', account: '111122223333', userId: 'AIDA1', name: 'deploy-bot' }
const arn = 'arn:aws:iam::111122223333:user/deploy-bot'

const around: Surroundings = {
  incident: 'inc-1',
  episode: 1,
  revision: 0,
  policy,
  policyDigest: 'policy',
  buildId: 'build',
  catalogueDigest: 'catalogue',
  account: { environment: 'production', unit: null, partition: 'aws', regions: ['eu-central-1'] },
  severity: 8,
  pool: 2,
  earlierTags: {},
  now: '2026-01-01T00:00:00.000Z',
}

const containment: Proposal = {
  verbKey: 'key',
  purpose: 'contain',
  reason: 'Stop the user',
  proposer: 'runbook/x',
  wanted: [
    { action: 'denyUser', target: user },
    { action: 'deactivateAccessKeys', target: user },
  ],
}

const found = (
  state: Extract<Observation, { kind: 'found' }>['state'],
  blastRadius: readonly string[] = [],
): Observation => ({
  kind: 'found',
  arn,
  state,
  blastRadius,
})

const fresh = [
  found({ ourPolicy: null }, ['A key is in use']),
  found({ AKIA1: 'Active', AKIA2: 'Inactive' }, ['A key is in use']),
]

function planned(proposal: Proposal, observations: readonly Observation[], changed: Partial<Surroundings> = {}): Plan {
  const made = makePlan(proposal, observations, { ...around, ...changed })
  if (made.kind === 'refused') throw new Error(`${made.code}: ${made.reason}`)
  return made.plan
}

const refusalOf = (
  proposal: Proposal,
  observations: readonly Observation[] = fresh,
  changed: Partial<Surroundings> = {},
) => {
  const made = makePlan(proposal, observations, { ...around, ...changed })
  return made.kind === 'refused' ? made.code : 'none'
}

describe('a plan', () => {
  it('has exactly the calls that the observed state needs, on the target’s own ARN', () => {
    const { steps } = planned(containment, fresh)
    expect(steps.map(({ index, action, direction, before }) => ({ index, action, direction, before }))).toEqual([
      { index: 0, action: 'denyUser', direction: 'apply', before: { ourPolicy: null } },
      { index: 1, action: 'deactivateAccessKeys', direction: 'apply', before: { AKIA1: 'Active', AKIA2: 'Inactive' } },
    ])
    expect(
      steps.flatMap(({ calls }) => calls).map(({ operation, resource, change }) => ({ operation, resource, change })),
    ).toEqual([
      { operation: 'iam:PutUserPolicy', resource: arn, change: { field: 'ourPolicy', before: null, after: DENY_ALL } },
      {
        operation: 'iam:UpdateAccessKey',
        resource: arn,
        change: { field: 'AKIA1', before: 'Active', after: 'Inactive' },
      },
    ])
    expect(steps[1]?.members).toMatchObject({ ceiling: 2, call: { resource: arn } })
  })

  it('has tier, quorum and clocks by the policy, and each fact about what else it touches once', () => {
    expect(planned(containment, fresh)).toMatchObject({
      tier: 'R2',
      quorum: { required: 2, groups: 1 },
      decideBy: '2026-01-01T00:30:00.000Z',
      runWithinMs: 900_000,
      blastRadius: ['A key is in use'],
    })
  })

  it('says what each step does and what it cannot cut', () => {
    const [deny] = planned(containment, fresh).steps
    expect(deny?.text).toContain('deploy-bot')
    expect(deny?.residual.join()).toContain('Sessions of roles')
  })
})

describe('an undo', () => {
  const [deny, deactivate] = planned(containment, fresh).steps
  const undo: Proposal = {
    ...containment,
    purpose: 'undo',
    undoes: {
      plan: 'hash',
      account: user.account,
      release: 'false-positive',
      done: [deny?.calls ?? [], deactivate?.calls ?? []],
    },
  }

  it('puts back what was done, the last first', () => {
    const { steps, undoes } = planned(undo, [
      found({ ourPolicy: DENY_ALL }),
      found({ AKIA1: 'Inactive', AKIA2: 'Inactive' }),
    ])
    expect(undoes).toEqual({ plan: 'hash', release: 'false-positive' })
    expect(
      steps.map(({ action, direction, calls }) => [
        action,
        direction,
        calls.map(({ operation, change }) => [operation, change.after]),
      ]),
    ).toEqual([
      ['deactivateAccessKeys', 'revert', [['iam:UpdateAccessKey', 'Active']]],
      ['denyUser', 'revert', [['iam:DeleteUserPolicy', null]]],
    ])
  })

  it('leaves alone what somebody changed since', () => {
    const { steps } = planned(undo, [found({ ourPolicy: 'somebody else’s' }), found({ AKIA2: 'Inactive' })])
    expect(steps.flatMap(({ calls }) => calls)).toEqual([])
  })

  it('may have nothing to put back: then it only releases, and people decide it all the same', () => {
    const release = planned(
      { ...undo, wanted: [], undoes: { plan: 'hash', account: user.account, release: 'rotated', done: [] } },
      [],
    )
    expect(release).toMatchObject({ steps: [], tier: 'R2', quorum: { required: 2 } })
  })
})

describe('what no session can be opened for', () => {
  const instance: Ec2Instance = {
    kind: 'ec2-instance',
    account: user.account,
    region: 'eu-central-1',
    instanceId: 'i-1',
  }
  const ofInstance = (state: Extract<Observation, { kind: 'found' }>['state']): Observation => ({
    kind: 'found',
    arn: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-1',
    state,
    blastRadius: [],
  })
  const ids = (type: string, count: number) =>
    Array.from({ length: count }, (_, nth) => `${type}-${String(nth).padStart(17, '0')}`)
  const protecting = ofInstance({
    lifecycle: 'on-demand',
    disableApiTermination: false,
    disableApiStop: false,
    shutdownBehavior: 'terminate',
    ...Object.fromEntries(ids('vol', 60).map((id) => [`deleteOnTermination ${id}`, true])),
  })
  const copying = ofInstance({ volumes: ids('vol', 60).join(','), earlier: '', snapshots: null })
  const of = (...actions: readonly ActionName[]): Proposal => ({
    ...containment,
    wanted: actions.map((action) => ({ action, target: instance })),
  })

  it('is left out where the plan goes on without it, and people are told before they vote', () => {
    const { steps, blastRadius } = planned(of('snapshotVolumes', 'protectInstance'), [copying, protecting])
    expect(steps.map(({ index, action }) => [index, action])).toEqual([[0, 'protectInstance']])
    expect(blastRadius).toEqual([
      expect.stringMatching(/^Left out, to be done by hand: “Start a snapshot.*AWS takes 2048$/),
    ])
  })

  it('is no plan where nothing else is wanted, or the plan cannot do without it', () => {
    const interfaces = ids('eni', 60)
    const isolating = ofInstance({
      interfaces: interfaces.map((id) => `${id} vpc-1`).join(','),
      managed: '',
      'isolation vpc-1': null,
      'out vpc-1': null,
      'in vpc-1': null,
      ...Object.fromEntries(interfaces.map((id) => [`groups ${id}`, 'sg-1'])),
    })
    expect(refusalOf(of('snapshotVolumes'), [copying])).toBe('limit_reached')
    expect(refusalOf(of('isolateInstance'), [isolating])).toBe('limit_reached')
    expect(refusalOf(of('snapshotVolumes', 'isolateInstance'), [copying, isolating])).toBe('limit_reached')
  })

  it('is not what only needs several sessions', () => {
    const { steps, blastRadius } = planned(of('protectInstance'), [protecting])
    expect([steps[0]?.calls.length, blastRadius]).toEqual([63, []])
  })
})

describe('there is no plan', () => {
  it('of nothing', () => {
    expect(refusalOf({ ...containment, wanted: [] })).toBe('unprocessable')
  })

  it('of an action on the wrong kind of target', () => {
    expect(refusalOf({ ...containment, wanted: [{ action: 'revokeRoleSessions', target: user }] })).toBe(
      'unprocessable',
    )
  })

  it('over two accounts', () => {
    const elsewhere = { ...user, account: '999999999999' }
    const wanted = [...containment.wanted, { action: 'denyUser', target: elsewhere } as const]
    expect(refusalOf({ ...containment, wanted })).toBe('unprocessable')
  })

  it('for what policy protects', () => {
    const target = { ...user, name: 'break-glass-admin' }
    expect(refusalOf({ ...containment, wanted: [{ action: 'denyUser', target }] })).toBe('target_protected')
  })

  it('in an account that is only observed', () => {
    const codes = (['observe', 'recommend', 'approve', 'automatic'] as const).map((mode) =>
      refusalOf(containment, fresh, { policy: { ...policy, mode: { default: mode, accounts: {} } } }),
    )
    expect(codes).toEqual(['not_permitted', 'not_permitted', 'none', 'none'])
    const exception = { default: 'approve', accounts: { [user.account]: 'observe' } } as const
    expect(refusalOf(containment, fresh, { policy: { ...policy, mode: exception } })).toBe('not_permitted')
  })

  it('in a Region for which the account is not registered', () => {
    const target = { kind: 'ec2-instance', account: user.account, region: 'us-west-2', instanceId: 'i-1' } as const
    expect(refusalOf({ ...containment, wanted: [{ action: 'protectInstance', target }] })).toBe('not_permitted')
  })

  it('for a target that is gone or cannot be read', () => {
    expect(refusalOf(containment, [{ kind: 'gone', reason: 'deleted' }, ...fresh.slice(1)])).toBe('target_gone')
    expect(refusalOf(containment, [{ kind: 'failed', code: 'access_denied', reason: 'no' }, ...fresh.slice(1)])).toBe(
      'access_denied',
    )
    expect(refusalOf(containment, [{ kind: 'failed', code: 'strange', reason: 'no' }, ...fresh.slice(1)])).toBe(
      'internal',
    )
  })
})
