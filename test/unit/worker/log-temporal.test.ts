import { describe, expect, it } from 'vitest'
import { fieldsOf } from '#worker/log-temporal'

describe('what Temporal’s SDK says', () => {
  it('has the incident of its workflow, and its error where a log writes the stack', () => {
    const error = new Error('broken')
    expect(fieldsOf({ workflowId: 'incident/inc-1', error, attempt: 2 })).toEqual({
      workflowId: 'incident/inc-1',
      incident: 'inc-1',
      err: error,
      attempt: 2,
    })
  })

  it('is left as it is when it is about something else', () => {
    expect(fieldsOf({ workflowId: 'plan/abc', sdkComponent: 'worker' })).toEqual({
      workflowId: 'plan/abc',
      sdkComponent: 'worker',
    })
    expect(fieldsOf()).toEqual({})
  })
})
