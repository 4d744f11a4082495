import { describe, expect, it } from 'vitest'
import { driftNotice } from '#domain/drift-notice'

describe('what people are told of drift', () => {
  it('is nothing the first time: others change things too', () => {
    expect(driftNotice([], ['denyUser'])).toBe('')
    expect(driftNotice(['drifted: a key is Inactive'], ['denyUser'])).toBe('')
  })

  it('is how often, how the last time, and what takes more away', () => {
    const notice = driftNotice(['drifted: one', 'drifted: AKIA1 is Inactive'], ['deactivateAccessKeys'])
    expect(notice).toBe(
      '. Targets changed 2 times while people decided, the last time: drifted: AKIA1 is Inactive. A wider action is denyUser, or decide at once.',
    )
  })

  it('offers nothing that the plan does already, nor what there is not', () => {
    expect(driftNotice(['a', 'b'], ['deactivateAccessKeys', 'denyUser'])).toContain('Cordon has no wider action')
    expect(driftNotice(['a', 'b', 'c'], ['isolateInstance'])).toContain('3 times')
  })
})
