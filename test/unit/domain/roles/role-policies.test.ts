import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryOf } from '#domain/catalogue/erased'
import { catalogue } from '#domain/catalogue/index'
import { documentOf, type Statement } from '#domain/policy-statements'
import { roleFor } from '#domain/roles/account-roles'
import { excessOf } from '#domain/roles/role-excess'
import { permissionsOf, unboundOf } from '#domain/roles/role-permissions'
import { MANAGED_POLICY_LIMIT, packed, policiesOf } from '#domain/roles/role-policies'
import { roleNames } from '#domain/roles/role-trust'

const place = { partition: 'aws', account: '111122223333', regions: ['eu-central-1', 'us-east-1'] }
const names = Object.keys(catalogue) as readonly (keyof typeof catalogue)[]
const allowedTo = (role: (typeof roleNames)[number]) => permissionsOf(role).flatMap(({ permissions }) => permissions)

describe('the permissions of a role', () => {
  it('name every operation of the catalogue between the two that write, and no other', () => {
    const declared = new Set(
      names.flatMap((name) => entryOf(name).operations.flatMap(({ permissions }) => permissions)),
    )
    const granted = new Set([...allowedTo('CordonResponder'), ...allowedTo('CordonRestorer')])
    expect([...granted].toSorted()).toEqual([...declared].toSorted())
  })

  it('to contain cannot take back, give out a key or delete anything', () => {
    expect(allowedTo('CordonResponder').filter((one) => /Delete|Exit|CreateAccessKey|Secret/.test(one))).toEqual([])
  })

  it('to put back cannot cut, ask or copy anything', () => {
    expect(
      allowedTo('CordonRestorer').filter((one) => /EnterStandby|Snapshot|SendCommand|CreateSecurityGroup/.test(one)),
    ).toEqual([])
  })

  it('that write are each bound to a kind of resource of the account, but for those of which AWS takes none', () => {
    expect(unboundOf('CordonResponder')).toEqual([])
    expect(unboundOf('CordonRestorer')).toEqual([
      'guardduty:ArchiveFindings',
      'guardduty:UnarchiveFindings',
      'guardduty:UpdateFindingsFeedback',
    ])
  })

  it('to read change nothing', () => {
    const verbs = new Set(
      allowedTo('CordonReader').map((one) => /:(Generate|Get|List|Describe|Lookup|Simulate)/.exec(one)?.[1]),
    )
    expect(verbs).toEqual(new Set(['Generate', 'Get', 'List', 'Describe', 'Lookup', 'Simulate']))
  })

  it.each(names)('of %s are those of the role in which its steps run', (action) => {
    const { grants } = entryOf(action)
    for (const [direction, part] of [
      ['apply', grants.apply],
      ['revert', grants.revert],
    ] as const)
      for (const grant of part) expect(permissionsOf(roleFor({ action, direction }))).toContainEqual(grant)
  })

  it('are bound to the account’s Regions wherever a service is regional', () => {
    const statements = roleNames
      .flatMap((role) => policiesOf(role, place))
      .flatMap(({ document }) => document.Statement)
    for (const { Effect, Action, Condition } of statements.filter(({ Effect: effect }) => effect === 'Allow')) {
      const regional = !Action.some((one) => /^(iam|cloudtrail):/.test(one))
      expect([Effect, Condition?.['StringEquals']?.['aws:RequestedRegion']]).toEqual([
        'Allow',
        regional ? place.regions : undefined,
      ])
    }
  })

  it('to read the trail hold in the Region in which it shows what is global, though the account has others', () => {
    const [policy] = policiesOf('CordonReader', { ...place, regions: ['eu-central-1'] })
    const trail = policy?.document.Statement.filter(({ Action }) => Action.includes('cloudtrail:LookupEvents'))
    const Action = ['cloudtrail:LookupEvents', 'iam:GetServiceLastAccessedDetails']
    expect(trail).toEqual([{ Effect: 'Allow', Action, Resource: '*' }])
  })

  it('of a role that writes deny it Cordon’s own roles', () => {
    for (const role of ['CordonResponder', 'CordonRestorer'] as const)
      expect(policiesOf(role, place).flatMap(({ document }) => document.Statement)).toContainEqual({
        Effect: 'Deny',
        Action: ['iam:*'],
        Resource: roleNames.map((name) => `arn:aws:iam::111122223333:role/${name}`),
      })
  })
})

const statements = fc.array(
  fc.record({
    Effect: fc.constant('Allow' as const),
    Action: fc.uniqueArray(fc.stringMatching(/^[a-z]{2,4}:[A-Za-z]{4,40}$/), { minLength: 1, maxLength: 30 }),
    Resource: fc.uniqueArray(fc.stringMatching(/^arn:aws:[a-z]{2,12}$/), { minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 30 },
)
const pairs = (all: readonly Statement[]) =>
  all.flatMap(({ Action, Resource }) => Action.flatMap((action) => [Resource].flat().map((one) => `${action} ${one}`)))

describe('policies over IAM’s limit', () => {
  it('are cut so that each fits, and together they say the same, each thing once and in its order', () => {
    fc.assert(
      fc.property(statements, fc.constantFrom(200, 600, MANAGED_POLICY_LIMIT), (all, limit) => {
        const parts = packed(all, limit)
        for (const part of parts) expect(JSON.stringify(documentOf(part)).length).toBeLessThanOrEqual(limit)
        expect(pairs(parts.flat()).toSorted()).toEqual(pairs(all).toSorted())
      }),
    )
  })

  it('cannot be cut below one action on one resource', () => {
    const one: Statement = { Effect: 'Allow', Action: ['iam:GetRole'], Resource: `arn:${'x'.repeat(300)}` }
    expect(() => packed([one], 200)).toThrow(/alone is larger/)
  })
})

describe('what a role’s policies allow beyond what is declared', () => {
  const own = (role: (typeof roleNames)[number]) =>
    policiesOf(role, place).map(({ document }) => JSON.stringify(document))
  const with_ = (statement: object, role: (typeof roleNames)[number] = 'CordonResponder') =>
    excessOf(role, [...own(role), JSON.stringify(documentOf([{ Effect: 'Allow', ...statement }]))], place)

  it.each(roleNames)('is nothing for %s as its template has it', (role) => {
    expect(excessOf(role, own(role), place)).toEqual([])
  })

  it.each([
    [{ Action: '*', Resource: '*' }, ['* on *']],
    [{ Action: ['iam:*'], Resource: '*' }, ['iam:* on *']],
    [{ Action: 's3:GetObject', Resource: '*' }, ['s3:GetObject on *']],
    [{ NotAction: 'iam:*', Resource: '*' }, ['everything but iam:*']],
    [{ Action: 'iam:PutUserPolicy', NotResource: 'a' }, ['iam:PutUserPolicy on everything but a']],
    [{ Action: 'iam:PutUserPolicy', Resource: '*' }, ['iam:PutUserPolicy on *']],
    [
      { Action: 'iam:PutUserPolicy', Resource: 'arn:aws:iam::999999999999:user/*' },
      ['iam:PutUserPolicy on arn:aws:iam::999999999999:user/*'],
    ],
    [
      { Action: 'iam:DeleteUserPolicy', Resource: 'arn:aws:iam::111122223333:user/*' },
      ['iam:DeleteUserPolicy on arn:aws:iam::111122223333:user/*'],
    ],
    // Without the condition on Regions, or in one more.
    [
      { Action: 'ec2:ModifyInstanceAttribute', Resource: 'arn:aws:ec2:*:111122223333:instance/*' },
      ['ec2:ModifyInstanceAttribute on arn:aws:ec2:*:111122223333:instance/*'],
    ],
    [
      {
        Action: 'ec2:ModifyInstanceAttribute',
        Resource: 'arn:aws:ec2:*:111122223333:instance/*',
        Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-central-1', 'ap-south-1'] } },
      },
      ['ec2:ModifyInstanceAttribute on arn:aws:ec2:*:111122223333:instance/*'],
    ],
  ])('%j is told', (statement, excess) => {
    expect(with_(statement)).toEqual(excess)
  })

  it('is nothing where somebody allows less: one user, one Region, or a denial', () => {
    expect(with_({ Action: 'iam:putuserpolicy', Resource: 'arn:aws:iam::111122223333:user/one' })).toEqual([])
    const Condition = { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } }
    expect(
      with_({ Action: 'ec2:ModifyInstanceAttribute', Resource: 'arn:aws:ec2:*:111122223333:instance/*', Condition }),
    ).toEqual([])
    expect(with_({ Effect: 'Deny', Action: '*', Resource: '*' })).toEqual([])
  })

  it('is its own roles where the denial is missing, and what cannot be read', () => {
    expect(excessOf('CordonResponder', [], place)).toEqual([expect.stringContaining('own roles')])
    expect(excessOf('CordonReader', ['{'], place)).toEqual([expect.stringContaining('cannot be read')])
  })
})
