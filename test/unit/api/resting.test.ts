import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createResting } from '#api/resting'
import { MOST_URGENT } from '#domain/urgency'

let sent: string[]
let resting: ReturnType<typeof createResting>
beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  resting = createResting(({ incident }) => sent.push(incident))
})
afterEach(() => vi.useRealTimers())

const due = (incident: string) => ({ incident, wakeDue: true })

describe('an incident that gets findings', () => {
  it('is woken at once for the first, and for the next when it has rested', () => {
    resting.wake(due('one'))
    resting.wake(due('one'))
    resting.wake(due('another'))
    expect(sent).toEqual(['one', 'another'])
    vi.advanceTimersByTime(250)
    expect(sent).toEqual(['one', 'another', 'one'])
  })

  it('is not woken for what another wake will read', () => {
    resting.wake({ incident: 'one', wakeDue: false })
    vi.runAllTimers()
    expect(sent).toEqual([])
  })

  it('is woken from its rest by what is most urgent, and not once more when that would have ended', () => {
    resting.wake(due('one'))
    resting.wake(due('one'))
    resting.wake({ incident: 'one', wakeDue: false, urgency: MOST_URGENT })
    expect(sent).toEqual(['one', 'one'])
    vi.runAllTimers()
    expect(sent).toEqual(['one', 'one'])
  })

  it('is left to the sweeper when its process ends while it rests', () => {
    resting.wake(due('one'))
    resting.wake(due('one'))
    resting.leave()
    vi.runAllTimers()
    expect(sent).toEqual(['one'])
  })
})
