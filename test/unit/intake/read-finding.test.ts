import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFindings } from '#intake/read-finding'
import { anyJson } from '../../support/any-json.ts'

const camel = (changed: object = {}) => ({
  accountId: '111122223333',
  region: 'eu-central-1',
  id: 'finding-1',
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
  severity: 8,
  title: 'A title',
  description: 'A description',
  createdAt: '2026-11-24T08:00:00.000Z',
  updatedAt: '2026-11-24T08:05:00.000Z',
  resource: {
    accessKeyDetails: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      principalId: 'AIDACKCEVSQ6C2EXAMPLE',
      userName: 'deploy-bot',
      userType: 'IAMUser',
    },
  },
  service: {
    count: 3,
    action: {
      actionType: 'AWS_API_CALL',
      awsApiCallAction: { api: 'GetUser', userAgent: 'curl', remoteIpDetails: { ipAddressV4: '198.51.100.23' } },
    },
  },
  ...changed,
})

const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(member)]),
  )
}

const readOne = (sent: unknown) => {
  const [read, ...more] = readFindings(sent)
  if (read === undefined || more.length > 0) throw new Error('One was sent')
  return read
}

const accepted = (sent: unknown) => {
  const read = readOne(sent)
  if (read.kind !== 'accepted') throw new Error(read.reason)
  return read.finding
}

describe('a finding', () => {
  it('is read the same in EventBridge’s capitals and in the API’s', () => {
    expect(accepted(pascal(camel()))).toEqual(accepted(camel()))
    expect(accepted(camel())).toEqual({
      key: '111122223333/eu-central-1/finding-1',
      id: 'finding-1',
      source: 'guardduty',
      type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      account: '111122223333',
      region: 'eu-central-1',
      severityMilli: 8000,
      title: 'A title',
      description: 'A description',
      instance: null,
      createdAt: '2026-11-24T08:00:00.000Z',
      updatedAt: '2026-11-24T08:05:00.000Z',
      count: 3,
      isSample: false,
      credential: {
        kind: 'user-key',
        account: '111122223333',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        user: { kind: 'iam-user', account: '111122223333', userId: 'AIDACKCEVSQ6C2EXAMPLE', name: 'deploy-bot' },
      },
      remoteAddress: '198.51.100.23',
      api: 'GetUser',
      userAgent: 'curl',
      form: 'guardduty',
      product: null,
      firstSeen: null,
      lastSeen: null,
      service: null,
      errorCode: null,
      resourceRole: null,
      attackSequence: null,
      entities: [
        { kind: 'principal', account: '111122223333', region: null, id: 'AIDACKCEVSQ6C2EXAMPLE' },
        { kind: 'access-key', account: '111122223333', region: null, id: 'AKIAIOSFODNN7EXAMPLE' },
        { kind: 'address', id: '198.51.100.23' },
      ],
    })
  })

  it('may leave out or null whatever is not its identity', () => {
    const bare = {
      accountId: '111122223333',
      region: 'us-gov-west-1',
      id: 'x',
      type: 'T',
      severity: 2.5,
      updatedAt: 1795507200,
    }
    const nulls = {
      ...bare,
      title: null,
      resource: null,
      service: { count: null, action: null, additionalInfo: { value: 'not json' } },
    }
    for (const sent of [bare, nulls])
      expect(accepted(sent)).toMatchObject({
        severityMilli: 2500,
        title: 'T',
        count: 1,
        updatedAt: '2026-11-24T08:00:00.000Z',
        credential: { kind: 'unknown' },
        api: null,
      })
  })

  it.each([
    [
      'a key of a user',
      { accessKeyId: 'AKIAX', principalId: 'AIDAXXXX', userName: 'u', userType: 'IAMUser' },
      'user-key',
    ],
    [
      'a session of a role',
      { accessKeyId: 'ASIAX', principalId: 'AROAXXXX:some-session', userName: 'r', userType: 'AssumedRole' },
      'role-session',
    ],
    ['root', { accessKeyId: 'AKIAX', principalId: '111122223333', userName: 'Root', userType: 'Root' }, 'root'],
    [
      'a temporary key of a user',
      { accessKeyId: 'ASIAX', principalId: 'AIDAXXXX', userName: 'u', userType: 'IAMUser' },
      'unknown',
    ],
    [
      'an anonymous principal',
      { accessKeyId: '', principalId: 'ANONYMOUS_PRINCIPAL', userName: 'ANONYMOUS_PRINCIPAL', userType: 'AWSAccount' },
      'unknown',
    ],
    ['nothing', {}, 'unknown'],
  ])('about %s names its credential', (_, accessKeyDetails, kind) => {
    expect(accepted(camel({ resource: { accessKeyDetails } })).credential.kind).toBe(kind)
  })

  it.each([
    { title: '[SAMPLE] A title' },
    { service: { additionalInfo: { sample: true } } },
    { service: { additionalInfo: { type: 'default', value: '{"sample":true}' } } },
  ])('is a sample when it says so: %j', (changed) => {
    expect(accepted(camel(changed)).isSample).toBe(true)
  })

  it.each([
    [{ id: '' }, 'no id'],
    [{ accountId: 'no account' }, 'no accountId'],
    [{ region: 'Frankfurt' }, 'no region'],
    [{ severity: 11 }, 'no severity from 0 to 10'],
    [{ severity: 'high' }, 'no severity from 0 to 10'],
    [{ updatedAt: 'yesterday', createdAt: null }, 'no updatedAt'],
  ])('without its identity is quarantined: %j', (changed, reason) => {
    expect(readOne(camel(changed))).toMatchObject({ kind: 'quarantined', reason: `not a GuardDuty finding: ${reason}` })
  })
})

describe('whatever is sent', () => {
  const wrappers: readonly ((inside: unknown) => unknown)[] = [
    (inside) => [inside],
    (inside) => ({ Records: [inside] }),
    (inside) => ({ findings: [inside] }),
    (inside) => ({ Findings: [inside] }),
    (inside) => ({
      'detail-type': 'GuardDuty Finding',
      source: 'aws.guardduty',
      account: '999999999999',
      detail: inside,
    }),
    (inside) => ({ Records: [{ messageId: '1', body: JSON.stringify(inside) }] }),
    (inside) => ({ Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(inside) } }] }),
    (inside) => ({ Type: 'Notification', Message: JSON.stringify(inside) }),
  ]

  it('is unwrapped from up to two envelopes of any kind, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...wrappers), { maxLength: 2 }),
        fc.integer({ min: 1, max: 5 }),
        (chosen, count) => {
          const many = Array.from({ length: count }, (_, index) => camel({ id: `finding-${index}` }))
          const sent = chosen.reduce<unknown>(
            (inside, wrap) => (Array.isArray(inside) ? inside.map(wrap) : wrap(inside)),
            many,
          )
          const read = readFindings(sent)
          expect(read.map((one) => [one.index, one.kind === 'accepted' && one.finding.id])).toEqual(
            many.map(({ id }, index) => [index, id]),
          )
        },
      ),
    )
  })

  it('ends as accepted or quarantined with a reason, whatever JSON it is', () => {
    fc.assert(
      fc.property(anyJson, (json) => {
        for (const [index, read] of readFindings(json).entries()) {
          expect(read.index).toBe(index)
          if (read.kind === 'quarantined') expect(read.reason).not.toBe('')
        }
      }),
    )
  })

  it('damaged in one member is still accepted with its identity, or quarantined', () => {
    const members = Object.keys(camel())
    fc.assert(
      fc.property(fc.constantFrom(...members), anyJson, (name, value) => {
        const read = readOne(camel({ [name]: value }))
        if (read.kind === 'accepted') {
          expect(read.finding.key).toBe(`${read.finding.account}/${read.finding.region}/${read.finding.id}`)
          expect(Number.isSafeInteger(read.finding.severityMilli) && Number.isSafeInteger(read.finding.count)).toBe(
            true,
          )
        }
      }),
    )
  })

  it('wrapped without end is quarantined, not followed', () => {
    let sent: unknown = camel()
    for (let depth = 0; depth < 100_000; depth++) sent = [sent]
    expect(readOne(sent)).toMatchObject({ kind: 'quarantined', reason: 'wrapped in more than 16 levels' })
  })
})

describe('the instance of a finding', () => {
  const instanceId = 'i-0123456789abcdef0'
  const about = (resource: unknown) => accepted(camel({ resource })).instance
  const instance = { kind: 'ec2-instance', account: '111122223333', region: 'eu-central-1', instanceId }
  const session = (name: string) => ({
    accessKeyDetails: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      principalId: `AROACKCEVSQ6C2EXAMPLE:${name}`,
      userName: 'shop-web',
      userType: 'AssumedRole',
    },
  })

  it('is the one that the finding describes, in the finding’s account and Region', () => {
    expect(about({ resourceType: 'Instance', instanceDetails: { instanceId } })).toEqual(instance)
  })

  it('is the one whose role’s session is used, since such a session has the instance’s id as its name', () => {
    expect(about(session(instanceId))).toEqual(instance)
    expect(about(session('deploy'))).toBeNull()
  })

  it.each(['', 'i-', 'i-0123', 'i-0123456789ABCDEF0', 'i-0123456789abcdef0/../x', 42, null])(
    'is none when its id is no id of EC2: %s',
    (wrong) => {
      expect(about({ instanceDetails: { instanceId: wrong } })).toBeNull()
    },
  )
})
