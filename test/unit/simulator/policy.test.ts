import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from '#simulator/policy/document'
import { judge, judgePrincipal, type Question } from '#simulator/policy/evaluate'
import { matchesPattern } from '#simulator/policy/pattern'
import { judgeTrust } from '#simulator/policy/trust'

const ANY = { Action: '*', Resource: '*' }

const identity = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity')
const trust = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'trust')

const ask = (action: string, resource = '*', context: Readonly<Record<string, string>> = {}): Question => ({
  action,
  resource,
  context: new Map(Object.entries(context)),
})

const deny = (Condition: object) => identity({ Effect: 'Allow', ...ANY }, { Effect: 'Deny', ...ANY, Condition })

describe('identity policies', () => {
  test.each([
    ['nothing allows', [], 'iam:GetUser', '*', 'implicit-deny'],
    ['an action by name', [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }], 'iam:GetUser', '*', 'allow'],
    [
      'an action without regard to case',
      [{ Effect: 'Allow', Action: 'IAM:getuser', Resource: '*' }],
      'iam:GetUser',
      '*',
      'allow',
    ],
    [
      'an action by pattern',
      [{ Effect: 'Allow', Action: 'iam:Get*', Resource: '*' }],
      'iam:PutUserPolicy',
      '*',
      'implicit-deny',
    ],
    [
      'another resource',
      [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::a/*' }],
      's3:GetObject',
      'arn:aws:s3:::b/x',
      'implicit-deny',
    ],
    [
      'a resource by pattern',
      [{ Effect: 'Allow', Action: '*', Resource: ['arn:aws:s3:::a/*'] }],
      's3:GetObject',
      'arn:aws:s3:::a/x/y',
      'allow',
    ],
    [
      'a deny beats an allow',
      [
        { Effect: 'Deny', ...ANY },
        { Effect: 'Allow', ...ANY },
      ],
      'iam:GetUser',
      '*',
      'explicit-deny',
    ],
  ] as const)('%s', (_name, statements, action, resource, expected) => {
    expect(judge(statements.length === 0 ? [] : [identity(...statements)], ask(action, resource))).toBe(expected)
  })

  test.each([
    [
      'an older token',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-01-02T00:00:00Z' } },
      { 'aws:tokenissuetime': '2026-01-01T00:00:00Z' },
      'explicit-deny',
    ],
    [
      'a newer token',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-01-02T00:00:00Z' } },
      { 'aws:tokenissuetime': '2026-01-03T00:00:00Z' },
      'allow',
    ],
    [
      'a long-term key, which has no token',
      { DateLessThan: { 'aws:TokenIssueTime': '2026-01-02T00:00:00Z' } },
      {},
      'allow',
    ],
    [
      'a session by name',
      { StringLike: { 'aws:userid': 'AROAEXAMPLE:backup' } },
      { 'aws:userid': 'AROAEXAMPLE:backup' },
      'explicit-deny',
    ],
    [
      'another session',
      { StringLike: { 'aws:userid': 'AROAEXAMPLE:backup' } },
      { 'aws:userid': 'AROAEXAMPLE:other' },
      'allow',
    ],
    [
      'a source identity',
      { StringEquals: { 'aws:SourceIdentity': ['a', 'b'] } },
      { 'aws:sourceidentity': 'b' },
      'explicit-deny',
    ],
    ['a negated operator on an absent key', { StringNotEquals: { 'aws:SourceIdentity': 'a' } }, {}, 'explicit-deny'],
    ['IfExists on an absent key', { StringEqualsIfExists: { 'aws:SourceIdentity': 'a' } }, {}, 'explicit-deny'],
    ['Null on an absent key', { Null: { 'aws:TokenIssueTime': 'true' } }, {}, 'explicit-deny'],
    [
      'two operators, of which one fails',
      { StringEquals: { 'aws:username': 'a' }, Bool: { 'aws:PrincipalTag/x': 'true' } },
      { 'aws:username': 'a' },
      'allow',
    ],
  ] as const)('a deny with a condition: %s', (_name, condition, context, expected) => {
    expect(judge([deny(condition)], ask('s3:GetObject', '*', context))).toBe(expected)
  })

  test('a session policy only takes away', () => {
    const session = identity({ Effect: 'Allow', Action: 'iam:PutUserPolicy', Resource: 'arn:aws:iam::1:user/a' })
    const all = identity({ Effect: 'Allow', ...ANY })
    expect(judgePrincipal({ identity: [all], session }, ask('iam:PutUserPolicy', 'arn:aws:iam::1:user/a'))).toBe(
      'allow',
    )
    expect(judgePrincipal({ identity: [all], session }, ask('iam:PutUserPolicy', 'arn:aws:iam::1:user/b'))).toBe(
      'implicit-deny',
    )
    expect(judgePrincipal({ identity: [], session }, ask('iam:PutUserPolicy', 'arn:aws:iam::1:user/a'))).toBe(
      'implicit-deny',
    )
    expect(judgePrincipal({ identity: [all], session: identity({ Effect: 'Deny', ...ANY }) }, ask('iam:GetUser'))).toBe(
      'explicit-deny',
    )
  })

  test.each([
    ['NotAction', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
    ['NotResource', { Effect: 'Deny', Action: '*', NotResource: '*' }],
    ['an unknown operator', { Effect: 'Deny', ...ANY, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }],
    ['a set operator', { Effect: 'Deny', ...ANY, Condition: { 'ForAllValues:StringEquals': { 'aws:username': 'a' } } }],
    ['an unknown key', { Effect: 'Allow', ...ANY, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
    ['a variable', { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::home/${aws:username}' }],
  ])('%s is not implemented, never allowed', (_name, statement) => {
    expect(() => identity(statement)).toThrow(expect.objectContaining({ code: 'NotImplemented' }))
  })

  test.each([
    ['no JSON', 'Deny *'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an unknown effect', '{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}'],
    ['no resource', '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*"}}'],
    [
      'an action without a service',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"GetUser","Resource":"*"}}',
    ],
    [
      'a date that is none',
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"soon"}}}}',
    ],
  ])('%s is malformed', (_name, text) => {
    expect(() => parsePolicy(text, 'identity')).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }))
  })
})

describe('trust policies', () => {
  const gate = {
    principalArn: 'arn:aws:iam::222233334444:user/cordon-gate',
    callerArn: 'arn:aws:iam::222233334444:user/cordon-gate',
    account: '222233334444',
  }
  const open = ask('sts:AssumeRole')

  test.each([
    ['the user', { AWS: 'arn:aws:iam::222233334444:user/cordon-gate' }, 'names-principal'],
    ['its account', { AWS: 'arn:aws:iam::222233334444:root' }, 'names-account'],
    ['its account by number', { AWS: ['222233334444'] }, 'names-account'],
    ['another user', { AWS: 'arn:aws:iam::222233334444:user/other' }, 'implicit-deny'],
    ['another account', { AWS: 'arn:aws:iam::111122223333:root' }, 'implicit-deny'],
    ['a service', { Service: 'ec2.amazonaws.com' }, 'implicit-deny'],
    ['everybody', '*', 'names-principal'],
  ] as const)('a trust in %s', (_name, Principal, expected) => {
    expect(judgeTrust(trust({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }), open, gate)).toBe(expected)
  })

  test('a deny in the trust beats what names the principal', () => {
    const document = trust(
      { Effect: 'Allow', Action: 'sts:*', Principal: '*' },
      { Effect: 'Deny', Action: 'sts:AssumeRole', Principal: { AWS: '222233334444' } },
    )
    expect(judgeTrust(document, open, gate)).toBe('explicit-deny')
  })

  test('an action that the trust does not name is not trusted', () => {
    const document = trust({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' })
    expect(judgeTrust(document, ask('sts:SetSourceIdentity'), gate)).toBe('implicit-deny')
  })

  test.each([
    ['NotPrincipal', { Effect: 'Allow', Action: 'sts:AssumeRole', NotPrincipal: { AWS: '*' } }],
    ['a federated principal', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Federated: 'x' } }],
  ])('%s is not implemented', (_name, statement) => {
    expect(() => trust(statement)).toThrow(expect.objectContaining({ code: 'NotImplemented' }))
  })
})

describe('properties', () => {
  const action = fc.constantFrom('iam:GetUser', 'iam:PutUserPolicy', 's3:GetObject', 'sts:AssumeRole')
  const pattern = fc.constantFrom('*', 'iam:*', 'iam:Get*', 's3:GetObject', 'sts:?ssumeRole')
  const resource = fc.constantFrom('*', 'arn:aws:s3:::a', 'arn:aws:s3:::a/*', 'arn:aws:iam::1:user/x')
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    Resource: resource,
  })
  const policies = fc
    .array(fc.array(statement, { minLength: 1, maxLength: 3 }), { maxLength: 3 })
    .map((list) => list.map((statements) => identity(...statements)))
  const question = fc
    .tuple(action, fc.constantFrom('arn:aws:s3:::a', 'arn:aws:s3:::a/b', 'arn:aws:iam::1:user/x'))
    .map(([name, target]) => ask(name, target))

  test('a deny of everything stops whatever the others say', () => {
    const denyAll = identity({ Effect: 'Deny', ...ANY })
    fc.assert(fc.property(policies, question, (list, asked) => judge([...list, denyAll], asked) === 'explicit-deny'))
  })

  test('one more policy that denies never allows more, and a session policy never does', () => {
    fc.assert(
      fc.property(policies, policies, question, (list, more, asked) => {
        const denies = more.map(({ statements }) => ({
          statements: statements.filter(({ effect }) => effect === 'Deny'),
        }))
        if (judge([...list, ...denies], asked) === 'allow') expect(judge(list, asked)).toBe('allow')
        const session = more[0]
        if (session && judgePrincipal({ identity: list, session }, asked) === 'allow')
          expect(judge(list, asked)).toBe('allow')
      }),
    )
  })

  test('the order of policies does not matter', () => {
    fc.assert(fc.property(policies, question, (list, asked) => judge(list, asked) === judge(list.toReversed(), asked)))
  })

  test('wildcards match as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 })
    const wild = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(wild, text, (pattern_, text_) => {
        const expression = new RegExp(`^${pattern_.replaceAll('?', '.').replaceAll('*', '.*')}$`, 's')
        expect(matchesPattern(pattern_, text_)).toBe(expression.test(text_))
      }),
    )
  })

  test('a long pattern against a long text ends at once', () => {
    expect(matchesPattern(`${'a*'.repeat(30)}b`, 'a'.repeat(5000))).toBe(false)
  })
})
