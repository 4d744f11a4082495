import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSession, sessionParts } from '#domain/session-parts'
import { sessionPolicy } from '#domain/session-policy'
import type { DeclaredCall } from '#domain/state'

const operations = ['iam:PutUserPolicy', 'ec2:ModifyInstanceAttribute', 'ec2:CreateTags'] as const
const arn = fc
  .nat(10_000)
  .map((nth) => `arn:aws:ec2:eu-central-1:111122223333:volume/vol-${'0'.repeat(nth % 40)}${nth}`)
const call: fc.Arbitrary<DeclaredCall> = fc
  .record({
    operation: fc.constantFrom(...operations),
    resource: arn,
    more: fc.array(arn, { maxLength: 4 }),
    after: fc.constantFrom('{one}', '{two}', 'x', 'y', 'z', 'u', 'v', 'w'),
  })
  .map(({ operation, resource, more, after }) => ({
    operation,
    permissions: [operation],
    resource,
    grants: more.map((one) => ({ permissions: [operation], resource: one })),
    change: { field: resource, before: null, after },
  }))

/** Leaves room for `cordon:plan`, a hash, `cordon:step` and a number. */
const ROOM = 2048 - 'cordon:plancordon:step'.length - 64 - 4

describe('the calls of a step in sessions', () => {
  it('are each in exactly one of them, in their order, each within the limit with room for its tags', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
        const found = sessionParts(calls)
        if (found.kind === 'too-large') {
          expect(found.length).toBeGreaterThan(ROOM - 64)
          return
        }
        expect(found.parts.flat()).toEqual(calls)
        for (const part of found.parts) {
          const policy = sessionPolicy(part)
          expect(policy.kind === 'policy' && policy.document.length).toBeLessThanOrEqual(ROOM)
        }
        expect(nextSession(calls)).toEqual(found.parts[0] ?? [])
      }),
    )
  })

  it('that share a value which only one of them can tell are in the same', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
        const found = sessionParts(calls)
        if (found.kind === 'too-large') return
        for (const name of ['{one}', '{two}'])
          expect(found.parts.filter((part) => part.some(({ change }) => change.after === name)).length).toBeLessThan(2)
      }),
    )
  })

  const volume = (nth: number): DeclaredCall => ({
    operation: 'ec2:ModifyInstanceAttribute',
    permissions: ['ec2:ModifyInstanceAttribute'],
    resource: 'arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0',
    grants: [
      {
        permissions: ['ec2:ModifyInstanceAttribute'],
        resource: `arn:aws:ec2:eu-central-1:111122223333:volume/vol-${String(nth).padStart(17, '0')}`,
      },
    ],
    change: { field: `deleteOnTermination vol-${nth}`, before: true, after: false },
  })

  it('are one session where they fit, and more where they do not', () => {
    const divided = (count: number) => sessionParts(Array.from({ length: count }, (_, nth) => volume(nth)))
    expect(divided(10)).toMatchObject({ kind: 'parts', parts: [{ length: 10 }] })
    const many = divided(60)
    expect(many.kind === 'parts' && many.parts.length).toBeGreaterThan(2)
    expect(sessionParts([])).toEqual({ kind: 'parts', parts: [] })
  })

  it('that cannot be divided are told', () => {
    const wide = { ...volume(0), grants: Array.from({ length: 60 }, (_, nth) => volume(nth).grants?.[0] as never) }
    expect(sessionParts([volume(1), wide])).toMatchObject({ kind: 'too-large', calls: [wide] })
    expect(nextSession([wide])).toEqual([wide])
  })
})
