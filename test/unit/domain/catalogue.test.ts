import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Doing } from '#activities/actions/doing'
import { DENY_ALL } from '#domain/catalogue/deny-user'
import { defineEntry } from '#domain/catalogue/entry'
import { type ErasedEntry, entryOf, fits } from '#domain/catalogue/erased'
import { type ActionName, catalogue, isActionName } from '#domain/catalogue/index'
import { EVERYTHING, EVERYTHING_IPV4, NOTHING } from '#domain/catalogue/isolate-instance'
import { declaredCalls } from '#domain/declared'
import { sessionPolicy } from '#domain/session-policy'
import { type DeclaredCall, fill, type State } from '#domain/state'
import type {
  Ec2Instance,
  GuardDutyFindings,
  IamRole,
  IamUser,
  InstanceSessions,
  Target,
  UserKey,
} from '#domain/targets'

const account = '111122223333'
const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }
const key: UserKey = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }
const instance: Ec2Instance = {
  kind: 'ec2-instance',
  account,
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
}
const sessions: InstanceSessions = { kind: 'instance-sessions', account, instance, role }
const findings: GuardDutyFindings = {
  kind: 'guardduty-findings',
  account,
  region: 'eu-central-1',
  detectorId: 'd1',
  findingIds: ['f1', 'f2'],
}
const targets: Readonly<Record<Target['kind'], Target>> = {
  'iam-user': user,
  'iam-role': role,
  'user-key': key,
  'ec2-instance': instance,
  'instance-sessions': sessions,
  'guardduty-findings': findings,
  'archive-filter': {
    ...findings,
    kind: 'archive-filter',
    suppression: { entry: 'backup', owner: 'it@example.com', reason: 'As every night', until: '2027-01-01' },
    match: { type: 'T', accountId: account, field: 'resource.accessKeyDetails.userName', value: 'backup' },
  },
  'finding-feedback': { ...findings, kind: 'finding-feedback', feedback: 'NOT_USEFUL', comments: 'The backup' },
  'hub-finding': {
    kind: 'hub-finding',
    account,
    region: 'eu-central-1',
    id: 'arn:aws:guardduty:eu-central-1:1:detector/d/finding/f1',
    productArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
    note: 'The backup',
    workflow: 'SUPPRESSED',
  },
}

const status = fc.constantFrom('Active', 'Inactive')
const ourPolicy = fc.record({ ourPolicy: fc.option(fc.string({ minLength: 1 })) })

const GROUP = `arn:aws:autoscaling:eu-central-1:${account}:autoScalingGroup:1:autoScalingGroupName/shop`
const [VPC, OTHER_VPC] = ['vpc-0123456789abcdef0', 'vpc-0123456789abcdef1'] as const
const interfaces = [
  `eni-0123456789abcdef0 ${VPC}`,
  `eni-0123456789abcdef1 ${VPC}`,
  `eni-0123456789abcdef2 ${OTHER_VPC}`,
] as const

/** An instance with these interfaces, and our groups as they may be found. */
function isolation(pairs: readonly string[], groups: 'there' | 'absent'): State {
  const vpcs = [...new Set(pairs.map((pair) => pair.split(' ')[1]))]
  const found = vpcs.flatMap((vpc) =>
    groups === 'there'
      ? [
          [`isolation ${vpc}`, `sg-isolation-${vpc}`],
          [`in ${vpc}`, NOTHING],
          [`out ${vpc}`, NOTHING],
          [`untracked ${vpc}`, `sg-untracked-${vpc}`],
          [`untracked-in ${vpc}`, EVERYTHING],
          [`untracked-out ${vpc}`, EVERYTHING],
        ]
      : [
          [`isolation ${vpc}`, null],
          [`in ${vpc}`, NOTHING],
          [`out ${vpc}`, EVERYTHING_IPV4],
          [`untracked ${vpc}`, null],
          [`untracked-in ${vpc}`, NOTHING],
          [`untracked-out ${vpc}`, EVERYTHING_IPV4],
        ],
  )
  const own = pairs.map((pair) => [`groups ${pair.split(' ')[0]}`, 'sg-0123456789abcdef0,sg-0123456789abcdef1'])
  return { interfaces: pairs.join(','), managed: '', ...Object.fromEntries([...own, ...found]) }
}

/** Every state in which an action may find its target. */
const states: Readonly<Record<ActionName, fc.Arbitrary<State>>> = {
  denyUser: ourPolicy,
  deactivateAccessKeys: fc.dictionary(fc.constantFrom('AKIA1', 'AKIA2'), status),
  revokeRoleSessions: ourPolicy,
  rotateAccessKey: fc.constantFrom(
    { keys: 'AKIA1', newKey: null, secret: null },
    { keys: '', newKey: null, secret: null },
  ),
  protectInstance: fc.record({
    lifecycle: fc.constantFrom('spot', 'on-demand'),
    disableApiTermination: fc.boolean(),
    disableApiStop: fc.boolean(),
    shutdownBehavior: fc.constantFrom('stop', 'terminate'),
    'deleteOnTermination vol-1': fc.boolean(),
    'deleteOnTermination vol-2': fc.boolean(),
  }),
  suspendReplacement: fc.record({
    group: fc.option(fc.constant(GROUP)),
    protectedFromScaleIn: fc.boolean(),
    lifecycle: fc.constantFrom('InService', 'Standby'),
    minSize: fc.integer({ min: 1, max: 5 }),
    hasRoom: fc.boolean(),
  }),
  isolateInstance: fc
    .record({ rest: fc.subarray(interfaces.slice(1)), groups: fc.constantFrom('there', 'absent') })
    .map(({ rest, groups }) => isolation([...interfaces.slice(0, 1), ...rest], groups)),
  captureVolatile: fc.record({
    agent: fc.constantFrom('Online', 'ConnectionLost', 'absent'),
    earlier: fc.constantFrom('', 'command-1'),
    command: fc.constant(null),
  }),
  denyInstanceSessions: ourPolicy,
  snapshotVolumes: fc.record({
    volumes: fc.constantFrom('', 'vol-1', 'vol-1,vol-2'),
    earlier: fc.constantFrom('', 'snap-1'),
    snapshots: fc.constant(null),
  }),
  suppressFindings: fc.constantFrom({ filter: [] }, { filter: ['somebody’s'] }),
  giveFindingFeedback: fc.constantFrom({ feedback: [] }, { feedback: ['f1 USEFUL'] }),
  noteInSecurityHub: fc.record({
    note: fc.constantFrom([], ['somebody', 'Seen']),
    workflow: fc.constantFrom('NEW', 'NOTIFIED', 'SUPPRESSED'),
  }),
  archiveFindings: fc.constantFrom({ archived: [] }, { archived: ['f2'] }, { archived: ['f1', 'f2'] }),
}

const names = Object.keys(catalogue) as readonly ActionName[]
const values = {
  newKeyId: 'AKIA9',
  issuedBefore: '2026-01-01T00:00:00Z',
  [`isolation-${VPC}`]: 'sg-8',
  [`untracked-${VPC}`]: 'sg-7',
  [`isolation-${OTHER_VPC}`]: 'sg-6',
  [`untracked-${OTHER_VPC}`]: 'sg-5',
  snapshots: 'snap-9',
  command: 'command-9',
}
const terms = { untracks: true, captures: true }
const place = { arn: 'arn', partition: 'aws', region: 'eu-central-1' }
const targetOf = ({ target }: ErasedEntry): Target => targets[target]

/** The calls as they were made, with what the placeholders turned out to be. */
const made = (calls: readonly DeclaredCall[]): readonly DeclaredCall[] =>
  calls.map((call) => ({ ...call, change: { ...call.change, after: fill(call.change.after, values) } }))

/** The target after the calls. */
const after = (before: State, calls: readonly DeclaredCall[]): State => ({
  ...before,
  ...Object.fromEntries(calls.map(({ change }) => [change.field, change.after])),
  ...Object.fromEntries(calls.flatMap(asOfNewGroup)),
})

/** A group that is deleted has the rules that a new one would have: nothing is left to compare. */
function asOfNewGroup({ operation, change }: DeclaredCall): readonly (readonly [string, string])[] {
  if (operation !== 'ec2:DeleteSecurityGroup') return []
  const [group, vpc] = change.field.split(' ')
  const [inside, outside] = group === 'isolation' ? ['in', 'out'] : ['untracked-in', 'untracked-out']
  return [
    [`${inside} ${vpc}`, NOTHING],
    [`${outside} ${vpc}`, EVERYTHING_IPV4],
  ]
}

describe.each(names)('%s', (action) => {
  const entry = entryOf(action)
  const target = targetOf(entry)

  it('is put back to what it was by the calls of its undo, when it can be undone', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before, terms))
        const live = after(before, calls)
        expect(after(live, entry.undo(target, calls, live))).toEqual(entry.reversible ? before : live)
      }),
    )
  })

  it('has an undo that touches nothing that somebody else has written since', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before, terms))
        const strange = Object.fromEntries(calls.map(({ change }) => [change.field, 'a stranger’s']))
        expect(entry.undo(target, calls, { ...before, ...strange })).toEqual([])
      }),
    )
  })

  it('makes only calls that it declares, with permissions that it declares', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before, terms))
        for (const call of [...calls, ...entry.undo(target, calls, after(before, calls))]) {
          expect(entry.operations.map(({ operation }) => operation)).toContain(call.operation)
          const declared = entry.operations.flatMap(({ permissions }) => permissions)
          expect(call.permissions.filter((permission) => !declared.includes(permission))).toEqual([])
        }
      }),
    )
  })

  it('fits a session policy with room to spare', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = declaredCalls(
          { action, target, before, terms },
          { ...place, arn: `arn:aws:iam::${account}:user/${'x'.repeat(64)}` },
        )
        // Source: STS, AssumeRole: a session policy has at most 2,048 characters.
        expect(sessionPolicy(calls)).toMatchObject({ kind: 'policy' })
      }),
    )
  })

  it('tells approvers what it does and where that is written', () => {
    const [before = {}] = fc.sample(states[action], 1)
    expect(entry.describe(target, before, terms).length).toBeGreaterThan(20)
    expect(entry.sources.length).toBeGreaterThan(0)
    expect(entry.reads.length).toBeGreaterThan(0)
    expect(entry.revertedWhen.length > 0).toBe(entry.reversible)
  })

  it('fits its own kind of target only', () => {
    expect(Object.values(targets).filter((other) => fits(action, other))).toEqual([target])
  })
})

describe('the calls', () => {
  it('on several keys are in one order, whatever the order of the fields', () => {
    const fieldsOf = (before: State) =>
      entryOf('deactivateAccessKeys')
        .calls(user, before, terms)
        .map(({ change }) => change.field)
    expect(fieldsOf({ AKIA2: 'Active', AKIA1: 'Active' })).toEqual(['AKIA1', 'AKIA2'])
    expect(fieldsOf({ AKIA1: 'Active', AKIA2: 'Active' })).toEqual(['AKIA1', 'AKIA2'])
  })

  it('that take a rotation back go the other way round', () => {
    const rotation = entryOf('rotateAccessKey')
    const before = { keys: 'AKIA1', newKey: null, secret: null }
    const calls = made(rotation.calls(key, before, terms))
    expect(rotation.undo(key, calls, after(before, calls)).map(({ operation }) => operation)).toEqual([
      'secretsmanager:DeleteSecret',
      'iam:DeleteAccessKey',
    ])
  })

  it('that deny fit beside whatever else a user’s inline policies hold', () => {
    // Source: IAM quotas, inline policies of a user: 2,048 characters together, white space not counted.
    expect(DENY_ALL.length).toBeLessThan(2048 / 20)
    expect(JSON.parse(DENY_ALL)).toMatchObject({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
  })
})

interface Allowed {
  readonly Action: readonly string[]
  readonly Resource: unknown
  readonly Condition?: unknown
}

describe('the isolation of an instance', () => {
  const absent = isolation(interfaces.slice(0, 1), 'absent')
  const of = entryOf('isolateInstance')
  const swaps = (untracks: boolean) =>
    of
      .calls(instance, absent, { ...terms, untracks })
      .filter(({ operation }) => operation === 'ec2:ModifyNetworkInterfaceAttribute')

  it('passes every interface through a group that lets everything through, where policy says so, and only there', () => {
    expect(swaps(true).map(({ change }) => change.via)).toEqual([`{untracked-${VPC}}`])
    expect(swaps(false).map(({ change }) => change.via)).toEqual([undefined])
  })

  it('says that open connections live on where they are not cut', () => {
    expect(of.residual(instance, absent, { ...terms, untracks: false }).join()).toContain('up to 5 days')
    expect(of.residual(instance, absent, { ...terms, untracks: true }).join()).not.toContain('up to 5 days')
  })

  it('shows interfaces that nobody but an AWS service may change', () => {
    expect(of.residual(instance, { ...absent, managed: 'eni-9' }, terms).join()).toContain('eni-9')
  })

  it('may put an interface only into groups that are tagged as this instance’s', () => {
    const calls = declaredCalls({ action: 'isolateInstance', target: instance, before: absent, terms }, place)
    const policy = sessionPolicy(calls)
    const document = JSON.parse(policy.kind === 'policy' ? policy.document : '{}')
    const { Statement } = document as { readonly Statement: readonly Allowed[] }
    const onAnyGroup = Statement.filter(({ Resource }) => JSON.stringify(Resource).includes('security-group/*'))
    const swapping = onAnyGroup.filter(({ Action }) => Action.includes('ec2:ModifyNetworkInterfaceAttribute'))
    expect(swapping).toMatchObject([
      { Condition: { StringEquals: { 'aws:ResourceTag/cordon:isolates': instance.instanceId } } },
    ])
  })
})

describe('the protection of an instance', () => {
  it('sets one attribute a call, and leaves out what a Spot instance cannot have', () => {
    const before = {
      disableApiTermination: false,
      disableApiStop: false,
      shutdownBehavior: 'terminate',
      'deleteOnTermination vol-1': true,
    }
    const fields = (lifecycle: string) =>
      entryOf('protectInstance')
        .calls(instance, { ...before, lifecycle }, terms)
        .map(({ change }) => change.field)
    expect(fields('spot')).toEqual(['disableApiStop', 'shutdownBehavior', 'deleteOnTermination vol-1'])
    expect(fields('on-demand')).toEqual(['disableApiTermination', ...fields('spot')])
  })
})

describe('the replacement of an instance', () => {
  const before = { group: GROUP, protectedFromScaleIn: false, lifecycle: 'InService', minSize: 2, hasRoom: false }
  const of = entryOf('suspendReplacement')

  it('is suspended by scale-in protection first, then room in the group, then standby', () => {
    expect(of.calls(instance, before, terms).map(({ operation }) => operation)).toEqual([
      'autoscaling:SetInstanceProtection',
      'autoscaling:UpdateAutoScalingGroup',
      'autoscaling:EnterStandby',
    ])
  })

  it('is given back in the other order, and to its own group only', () => {
    const done = of.calls(instance, before, terms)
    const live = after(before, done)
    expect(of.undo(instance, done, live).map(({ operation }) => operation)).toEqual([
      'autoscaling:ExitStandby',
      'autoscaling:UpdateAutoScalingGroup',
      'autoscaling:SetInstanceProtection',
    ])
    expect(of.undo(instance, done, { ...live, group: `${GROUP}-2` })).toEqual([])
  })
})

describe('a name', () => {
  it('is an action’s only when the catalogue has it', () => {
    expect(isActionName('denyUser')).toBe(true)
    expect(isActionName('toString')).toBe(false)
  })
})

describe('an entry that is not whole', () => {
  it('does not compile', () => {
    const { undo, ...withoutInverse } = catalogue.denyUser
    const { sources, ...withoutSources } = catalogue.denyUser
    // @ts-expect-error -- an action without its inverse
    defineEntry<IamUser, State>()({ ...withoutInverse })
    // @ts-expect-error -- an action that does not say where it is written
    defineEntry<IamUser, State>()({ ...withoutSources })
    // @ts-expect-error -- an action on another kind of target than its calls take
    defineEntry<IamUser, State>()({ ...catalogue.denyUser, target: 'iam-role' })
    // @ts-expect-error -- an action of no phase
    defineEntry<IamUser, State>()({ ...catalogue.denyUser, phase: 'escalate' })
    expect([undo, sources]).not.toContain(undefined)
  })

  it('cannot be done: every action has its other half, and a reversible one its revert', () => {
    type Half = Doing<'denyUser'>
    // @ts-expect-error -- a reversible action that says that it cannot be undone
    const revert: Half['revert'] = 'cannot be undone'
    // @ts-expect-error -- a half that reads and applies, and puts nothing back
    const half = (rest: Omit<Half, 'revert'>): Half => rest
    expect([typeof revert, typeof half]).toEqual(['string', 'function'])
  })
})
