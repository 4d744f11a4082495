import { noActivity } from 'cordon/testing'
import { describe, expect, it } from 'vitest'
import { leftBehind, type ObservedCall } from '#domain/evidence'

const change: ObservedCall = {
  principalId: 'AIDA1',
  at: '2026-01-01T00:00:00Z',
  operation: 'iam:CreateUser',
  isReadOnly: false,
  errorCode: null,
  sourceAddress: null,
  accessKeyId: null,
  resources: ['backdoor'],
}

describe('what a principal left behind', () => {
  it('is a sentence for each thing that it changed, with what, when and by which call', () => {
    const [told = '', ...more] = leftBehind('activityOf', { ...noActivity, changes: [change] })
    expect(more).toEqual([])
    for (const fact of ['iam:CreateUser', '2026-01-01T00:00:00Z', 'backdoor']) expect(told).toContain(fact)
  })

  it('is nothing when it only read', () => {
    expect(leftBehind('activityOf', { ...noActivity, calls: [{ ...change, isReadOnly: true }] })).toEqual([])
  })
})
