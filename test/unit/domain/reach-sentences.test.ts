import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reachSentences } from '#domain/reach-sentences'
import { matchesWildcards } from '#domain/wildcards'

const policy = (...Statement: readonly object[]) => ({
  name: 'inline policy p of user u',
  document: JSON.stringify({ Version: '2012-10-17', Statement }),
})
const allow = (Action: string | readonly string[], Resource: string | readonly string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const told = (...statements: readonly object[]) => reachSentences([policy(...statements)])

describe('what policies allow, in sentences', () => {
  it('says that somebody may do everything, with the policy that says so and its conditions', () => {
    expect(told(allow('*'))).toEqual(['may do everything, by inline policy p of user u'])
    expect(told(allow(['*:*'], '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }))).toEqual([
      'may do everything, where aws:multifactorauthpresent Bool true, by inline policy p of user u',
    ])
  })

  it('names the roles that can be assumed, the secrets and the buckets that can be read', () => {
    const role = 'arn:aws:iam::111122223333:role/shop-deploy'
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-*'
    const all = told(
      allow('sts:AssumeRole', role),
      allow('secretsmanager:Get*', secret),
      allow('s3:Get*', 'arn:aws:s3:::b/*'),
    )
    expect(all.join('\n')).toContain(`may assume ${role}`)
    expect(all.join('\n')).toContain(`may read secrets of ${secret}`)
    expect(all.join('\n')).toContain('may read objects of arn:aws:s3:::b/*')
    expect(all).toHaveLength(3)
  })

  it('understands everything but something, whichever side it is on', () => {
    const [action] = told({ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' })
    expect(action).toContain('may assume anything')
    expect(told({ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }).join('\n')).not.toContain('who may do what')
    expect(told({ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::public/*' })[0]).toContain(
      'may read objects of anything but arn:aws:s3:::public/*',
    )
  })

  it('takes away what is denied outright, and tells any other denial beside it', () => {
    const outright = { Effect: 'Deny', Action: 's3:*', Resource: '*' }
    const bound = { ...outright, Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } }
    expect(told(allow('s3:GetObject'), outright)).toEqual(['is denied s3:* on anything, by inline policy p of user u'])
    expect(told(allow('s3:GetObject'), bound)).toHaveLength(2)
    expect(told(allow('s3:GetObject'), { ...outright, Action: 's3:Get?bject' })).toHaveLength(1)
    expect(told(allow('s3:GetObject'), { ...outright, Resource: 'arn:aws:s3:::b/*' })).toHaveLength(2)
  })

  it('never lets a denial of something hide that somebody may do everything', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('s3:*', 'iam:*', 'sts:AssumeRole', '*:Get*')), (denied) => {
        const all = told(allow('*'), ...denied.map((Action) => ({ Effect: 'Deny', Action, Resource: '*' })))
        expect(all.join('\n')).toContain('may do everything')
      }),
    )
  })

  it('says so where something is no policy', () => {
    expect(reachSentences([{ name: 'policy x', document: '{' }])).toEqual(['what policy x says cannot be understood'])
  })
})

describe('a wildcard', () => {
  it('matches as the same pattern does as a regular expression', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 6 }).map((all) => all.join(''))
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((all) => all.join(''))
    fc.assert(
      fc.property(letters, text, (pattern, said) => {
        const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(matchesWildcards(pattern, said)).toBe(same.test(said))
      }),
      { numRuns: 2000 },
    )
  })
})
