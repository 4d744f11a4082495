import { describe, expect, it } from 'vitest'
import type { AccountRole } from '#domain/roles/account-roles'
import { loosenessOf } from '#domain/roles/role-looseness'
import { roleNames, trustOf } from '#domain/roles/role-trust'

const HUB = '222233334444'
const EXTERNAL_ID = 'cordon-0123456789abcdef'
const hub = { gate: `arn:aws:iam::${HUB}:user/cordon-gate`, executor: `arn:aws:iam::${HUB}:user/cordon-executor` }
const expected = { hub: HUB, executor: hub.executor, externalId: EXTERNAL_ID }

const opening = {
  Effect: 'Allow',
  Principal: { AWS: hub.gate },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID }, StringLike: { 'sts:SourceIdentity': 'inc-*' } },
}
const phrases = (statement: object, role: AccountRole = 'CordonResponder', around: Partial<typeof expected> = {}) =>
  loosenessOf(role, JSON.stringify({ Version: '2012-10-17', Statement: [{ ...opening, ...statement }] }), {
    ...expected,
    ...around,
  })

describe('the trust of a role', () => {
  it.each(roleNames)('of %s as its template has it lets nobody else in', (role) => {
    expect(loosenessOf(role, JSON.stringify(trustOf(role, { hub, externalId: EXTERNAL_ID })), expected)).toEqual([])
  })

  // T31: a role that a confused deputy could be made to open.
  const ids = 'without the account’s ExternalId'
  const named = 'without a SourceIdentity'
  const equals = { 'sts:ExternalId': EXTERNAL_ID }
  const incident = { StringLike: { 'sts:SourceIdentity': '*' } }
  it.each([
    ['without conditions', { Condition: undefined }, [ids, named]],
    [
      'with another ExternalId',
      { Condition: { StringEquals: { 'sts:ExternalId': 'old' }, ...incident } },
      ['with another ExternalId'],
    ],
    [
      'with ours or another',
      { Condition: { StringEquals: { 'sts:ExternalId': [EXTERNAL_ID, 'old'] }, ...incident } },
      ['with another ExternalId'],
    ],
    [
      'with a pattern of an ExternalId',
      { Condition: { StringLike: { 'sts:ExternalId': '*', 'sts:SourceIdentity': '*' } } },
      [ids],
    ],
    ['with an ExternalId if there is one', { Condition: { StringEqualsIfExists: equals, ...incident } }, [ids]],
    ['with every ExternalId but one', { Condition: { StringNotEquals: equals, ...incident } }, [ids]],
    ['with any value of a set', { Condition: { 'ForAllValues:StringEquals': equals, ...incident } }, [ids]],
    ['without a SourceIdentity', { Condition: { StringEquals: equals } }, [named]],
    [
      'with a SourceIdentity if there is one',
      { Condition: { StringEquals: equals, StringLikeIfExists: { 'sts:SourceIdentity': 'inc-*' } } },
      [named],
    ],
    ['for everybody', { Principal: '*' }, ['by everybody']],
    ['for everybody of AWS', { Principal: { AWS: '*' } }, ['by everybody']],
    [
      'for another account',
      { Principal: { AWS: 'arn:aws:iam::999999999999:root' } },
      ['by arn:aws:iam::999999999999:root'],
    ],
    ['for another account by its id', { Principal: { AWS: ['999999999999', hub.gate] } }, ['by 999999999999']],
    ['for a service', { Principal: { Service: 'lambda.amazonaws.com' } }, ['by lambda.amazonaws.com']],
    [
      'for a federation',
      { Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
      ['by cognito-identity.amazonaws.com'],
    ],
    ['for the executor', { Principal: { AWS: [hub.gate, hub.executor] } }, [`by ${hub.executor}`]],
    [
      'for everybody but somebody',
      { Principal: undefined, NotPrincipal: { AWS: hub.executor } },
      ['by everybody but somebody'],
    ],
    ['for all of STS', { Action: 'sts:*', Principal: { AWS: '999999999999' } }, ['by 999999999999']],
    [
      'for everything but something',
      { Action: undefined, NotAction: 'sts:TagSession', Principal: '*' },
      ['by everybody'],
    ],
    ['for a principal that was deleted', { Principal: { AWS: 'AIDA0123456789' } }, ['by AIDA0123456789']],
  ])('%s says so', (_, statement, reasons) => {
    expect(phrases(statement)).toEqual(reasons)
  })

  it('that is no policy is not believed', () => {
    expect(loosenessOf('CordonReader', '{', expected)).toEqual(['by whom its trust says, which is no policy'])
  })

  it('of the reading role needs no incident; denials and what opens nothing are no holes', () => {
    const condition = { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } }
    expect(phrases({ Principal: { AWS: hub.executor }, Condition: condition }, 'CordonReader')).toEqual([])
    expect(phrases({ Effect: 'Deny', Principal: '*' })).toEqual([])
    expect(phrases({ Action: 'sts:TagSession', Principal: '*' })).toEqual([])
  })

  it('asks for no ExternalId behind an emulator that has none', () => {
    expect(phrases({ Condition: incident }, 'CordonResponder', { externalId: null as unknown as string })).toEqual([])
  })
})
