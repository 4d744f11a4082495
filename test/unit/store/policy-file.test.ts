import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { firstPasskeys, noPasskeys } from '#domain/policy'
import { policyJsonSchema, readPolicyFile } from '#store/policy-file'

const shipped = (name: string): string =>
  readFileSync(new URL(`../../../policies/${name}.yaml`, import.meta.url), 'utf8')

function policyOf(source: string) {
  const read = readPolicyFile(source)
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.policy
}

describe('the policy file', () => {
  it('says with default.yaml what an empty file means', () => {
    // Where votes need a passkey is never changed by silence: an empty file says nothing of it.
    expect(policyOf(shipped('default'))).toEqual({ ...policyOf(''), passkeyFor: firstPasskeys })
  })

  it('starts every account of a real install in observe', () => {
    expect(policyOf(shipped('default')).mode).toEqual({ default: 'observe', accounts: {} })
  })

  it('asks two people in production in the demo, verifies within a second and protects the way in', () => {
    const policy = policyOf(shipped('demo'))
    expect(policy.quorum.production.R2).toBe(2)
    expect(policy.verify).toEqual({ afterMs: [0, 1000], watchMs: 10_000 })
    expect(policy.protected.map(({ name }) => name)).toEqual(['break-glass-admin', 'Cordon*', 'cordon-*'])
  })

  it('takes what it says and leaves the rest as it is by default', () => {
    const policy = policyOf(
      'clocks: {decideBy: 3s}\nmode: {accounts: {111122223333: approve}}\nquorum: {production: {R2: 3}}',
    )
    expect(policy.clocks).toEqual({ decideByMs: 3000, runByMs: 900_000 })
    expect(policy.mode).toEqual({ default: 'observe', accounts: { '111122223333': 'approve' } })
    expect(policy.quorum.production).toEqual({ R0: 0, R1: 0, R2: 3, R3: 2 })
  })

  it('asks for passkeys where it says so, and says nothing of it by leaving it out', () => {
    expect(policyOf('passkeyFor: {production: [R3]}').passkeyFor).toEqual({ production: ['R3'], nonproduction: [] })
    expect(policyOf('repeat: 1').passkeyFor).toBeUndefined()
    expect(policyOf(shipped('demo')).passkeyFor).toEqual(noPasskeys)
  })

  it('names every problem at once, with its line', () => {
    const read = readPolicyFile(
      'clocks:\n  decideBy: soon\nverify:\n  watch: 5\nquorum:\n  production: { R2: 0 }\nsurprise: true\n',
    )
    expect(read.kind).toBe('problems')
    const problems = read.kind === 'problems' ? read.problems.map(({ line, path }) => `${line} ${path}`) : []
    expect(problems).toEqual(expect.arrayContaining(['2 clocks.decideBy', '4 verify.watch', '6 quorum.production.R2']))
    expect(JSON.stringify(read)).toContain('surprise')
  })

  it.each(['clocks: [', 'clocks: {}\nclocks: {}', '- a list', 'clocks: &a {}\nverify: *b'])('refuses %j', (source) => {
    expect(readPolicyFile(source).kind).toBe('problems')
  })

  it('has a JSON Schema for editors', () => {
    expect(policyJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { clocks: {}, quorum: {} },
    })
  })
})
