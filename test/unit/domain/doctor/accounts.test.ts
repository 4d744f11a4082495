import { describe, expect, it } from 'vitest'
import { type AccountSeen, judgeAccounts } from '#domain/doctor/accounts'
import { questionsFor } from '#domain/doctor/permissions'
import { judgeTrust } from '#domain/doctor/trust'
import type { AccountRole } from '#domain/roles/account-roles'

const ACCOUNT = '111122223333'
const HUB = '222233334444'
const REGION = 'eu-central-1'
const hub = { kind: 'known', account: HUB, arn: `arn:aws:iam::${HUB}:user/cordon-executor`, clock: null } as const

const trustOf = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const everything = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']
const gate = { AWS: `arn:aws:iam::${HUB}:user/cordon-gate` }
const trusting = (Action: unknown, more: object = {}) => trustOf({ Effect: 'Allow', Principal: gate, Action, ...more })

const open = {
  kind: 'open',
  account: ACCOUNT,
  reads: { kind: 'asked', refused: [] },
  responder: { kind: 'there', trust: trusting(everything), writes: { kind: 'asked', refused: [] } },
  detectors: [{ region: REGION, seen: { kind: 'there', id: 'd1', status: 'ENABLED', frequency: 'FIFTEEN_MINUTES' } }],
} as const satisfies AccountSeen

const judged = (change: object) => judgeAccounts({ hub, accounts: [{ ...open, ...change } as AccountSeen] })
const failing = (change: object) => judged(change).checks.filter(({ ok }) => !ok)

describe('an account', () => {
  it('that is prepared has a check for each role and each Region, all well', () => {
    const { checks, notes } = judged({})
    expect(checks.map(({ name }) => name)).toEqual([
      'aws',
      `reader/${ACCOUNT}`,
      `responder/${ACCOUNT}`,
      `guardduty/${ACCOUNT}/${REGION}`,
    ])
    expect(checks.filter(({ ok, next }) => !ok || next !== null)).toEqual([])
    expect(notes).toEqual([])
  })

  it('whose reading role cannot be assumed names whom its trust must let in', () => {
    const closed: AccountSeen = { kind: 'closed', account: ACCOUNT, reason: 'AccessDenied: no' }
    const [, check] = judgeAccounts({ hub, accounts: [closed] }).checks
    expect(check).toMatchObject({ name: `reader/${ACCOUNT}`, ok: false, text: expect.stringContaining('AccessDenied') })
    expect(check?.next).toContain(hub.arn)
  })

  it('names the very permissions that are refused', () => {
    const refused = ['iam:GetUser', 'iam:ListAccessKeys']
    expect(failing({ reads: { kind: 'asked', refused } })).toMatchObject([
      { next: `Allow iam:GetUser, iam:ListAccessKeys to CordonReader in account ${ACCOUNT}` },
    ])
    const writes = { ...open.responder, writes: { kind: 'asked', refused: ['iam:PutUserPolicy'] } }
    expect(failing({ responder: writes })).toMatchObject([
      { next: `Allow iam:PutUserPolicy to CordonResponder in account ${ACCOUNT}` },
    ])
  })

  it('whose permissions cannot be asked is no failure, and is said', () => {
    const { checks, notes } = judged({ reads: { kind: 'unasked', reason: 'no SimulatePrincipalPolicy' } })
    expect(checks.every(({ ok }) => ok)).toBe(true)
    expect(notes).toEqual([expect.stringContaining('could not be checked: no SimulatePrincipalPolicy')])
  })

  it('without the responding role is told so, unless an emulator makes roles up', () => {
    expect(failing({ responder: { kind: 'missing' } })).toMatchObject([{ name: `responder/${ACCOUNT}` }])
    expect(failing({ responder: { kind: 'made-up' } })).toEqual([])
  })

  it('whose trust lacks what a session carries is told which actions', () => {
    const responder = { ...open.responder, trust: trusting('sts:AssumeRole') }
    const [check] = failing({ responder })
    expect(check?.text).toContain('its trust lacks sts:SetSourceIdentity, sts:TagSession')
    expect(check?.next).toContain(`Add sts:SetSourceIdentity, sts:TagSession for the gate’s identity of ${HUB}`)
  })

  it.each([
    [{ kind: 'none' }, 'create-detector'],
    [
      { kind: 'there', id: 'd1', status: 'ENABLED', frequency: 'SIX_HOURS' },
      '--finding-publishing-frequency FIFTEEN_MINUTES',
    ],
    [{ kind: 'there', id: 'd1', status: 'DISABLED', frequency: 'FIFTEEN_MINUTES' }, '--enable'],
    [{ kind: 'unread', reason: 'AccessDenied' }, 'guardduty:GetDetector'],
  ])('whose detector is %o gets the command for it', (seen, step) => {
    expect(failing({ detectors: [{ region: REGION, seen }] })).toMatchObject([
      { name: `guardduty/${ACCOUNT}/${REGION}`, next: expect.stringContaining(step) },
    ])
  })

  it('is judged as far as it goes while AWS does not know the executor', () => {
    const unknown = { kind: 'unknown', reason: 'InvalidClientTokenId: no' } as const
    const { checks, notes } = judgeAccounts({ hub: unknown, accounts: [open] })
    expect(checks.find(({ ok }) => !ok)).toMatchObject({
      name: 'aws',
      text: expect.stringContaining('InvalidClientTokenId'),
    })
    expect(notes).toEqual([expect.stringContaining('hub is not known')])
  })
})

describe('a trust', () => {
  it.each([
    ['the user', trusting(everything)],
    ['the account', trustOf({ Effect: 'Allow', Principal: { AWS: [HUB] }, Action: everything })],
    ['the root', trustOf({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: 'sts:*' })],
    ['everybody', trustOf({ Effect: 'Allow', Principal: '*', Action: '*' })],
    [
      'in two statements',
      trustOf(
        { Effect: 'Allow', Principal: gate, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: gate, Action: ['STS:tagsession', 'sts:Set*'] },
      ),
    ],
  ])('that names the hub by %s lets the gate in', (_how, document) => {
    expect(judgeTrust(document, HUB)).toEqual({ kind: 'trusts' })
  })

  it('for somebody else lacks everything', () => {
    const foreign = trustOf({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::999999999999:root' },
      Action: everything,
    })
    expect(judgeTrust(foreign, HUB)).toEqual({ kind: 'lacks', actions: everything })
  })

  it('with a denial or a condition, or that is no policy, is not guessed at', () => {
    expect(judgeTrust(trustOf({ Effect: 'Deny', Principal: '*', Action: '*' }), HUB).kind).toBe('unclear')
    expect(
      judgeTrust(trusting(everything, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }), HUB).kind,
    ).toBe('unclear')
    expect(judgeTrust('{', HUB).kind).toBe('unclear')
  })
})

describe('the permissions that are asked about', () => {
  const place = { partition: 'aws-us-gov', account: ACCOUNT, region: REGION }
  const askedOf = (role: AccountRole, permission: string) =>
    questionsFor(role, place).filter(({ permissions }) => permissions.some((one) => one === permission))

  it('are those of the catalogue and of the doctor itself', () => {
    for (const permission of ['iam:GetUser', 'iam:GetRole', 'guardduty:GetDetector', 'cloudtrail:LookupEvents'])
      expect(askedOf('CordonReader', permission)).not.toEqual([])
    expect(askedOf('CordonResponder', 'iam:PutUserPolicy')).not.toEqual([])
    expect(askedOf('CordonResponder', 'iam:DeleteUserPolicy')).toEqual([])
    expect(askedOf('CordonRestorer', 'iam:DeleteUserPolicy')).not.toEqual([])
  })

  it('are asked for a resource of their kind, in a request as their conditions want it', () => {
    expect(askedOf('CordonReader', 'iam:GetAccessKeyLastUsed')).toMatchObject([
      { resource: `arn:aws-us-gov:iam::${ACCOUNT}:user/cordon-doctor`, context: {} },
    ])
    expect(askedOf('CordonRestorer', 'secretsmanager:CreateSecret')).toMatchObject([
      {
        resource: `arn:aws-us-gov:secretsmanager:${REGION}:${ACCOUNT}:secret:cordon/rotated/cordon-doctor`,
        context: { 'aws:RequestedRegion': REGION },
      },
    ])
    expect(askedOf('CordonRestorer', 'ec2:DeleteSecurityGroup')).toMatchObject([
      { context: { 'aws:ResourceTag/cordon:isolates': 'i-cordon-doctor' } },
    ])
    expect(askedOf('CordonReader', 'guardduty:ListDetectors')).toMatchObject([{ resource: '*' }])
  })
})
