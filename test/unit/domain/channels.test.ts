import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Channel, channels, outsideChannels, routeOf } from '#domain/channels'
import { ladderGaps } from '#domain/ladder-gaps'
import type { Person } from '#domain/votes'

describe('the way of a page', () => {
  it('is every channel that is set up, when its level prefers none', () => {
    expect(routeOf(undefined, ['webhook', 'mail'])).toEqual({ preferred: ['webhook', 'mail'], others: [] })
    expect(routeOf(undefined, [])).toEqual({ preferred: [], others: [] })
  })

  it('is the preferred ones in their order, and the others only after them', () => {
    expect(routeOf(['mail'], ['webhook', 'mail'])).toEqual({ preferred: ['mail'], others: ['webhook'] })
    expect(routeOf(['mail', 'webhook'], ['webhook', 'mail'])).toEqual({ preferred: ['mail', 'webhook'], others: [] })
  })

  it('is every channel when none of the preferred is set up', () => {
    expect(routeOf(['mail'], ['webhook'])).toEqual({ preferred: ['webhook'], others: [] })
  })

  it('stays in the house when the level names the console alone', () => {
    expect(routeOf(['console'], ['webhook', 'mail'])).toEqual({ preferred: [], others: [] })
    expect(routeOf(['console', 'mail'], ['webhook', 'mail'])).toEqual({ preferred: ['mail'], others: ['webhook'] })
  })

  it('takes each channel that is set up at most once, and leaves none out', () => {
    const wanted = fc.uniqueArray(fc.constantFrom<Channel>(...channels), { minLength: 1 })
    fc.assert(
      fc.property(wanted, fc.uniqueArray(fc.constantFrom(...outsideChannels)), (preferred, configured) => {
        const route = routeOf(preferred, configured)
        const all = [...route.preferred, ...route.others].toSorted()
        expect(all).toEqual(preferred.join() === 'console' ? [] : configured.toSorted())
      }),
    )
  })
})

describe('the gaps of a ladder', () => {
  const person = (id: string, email?: string): Person => ({
    id,
    name: id,
    roles: ['approver'],
    groups: ['security'],
    ...(email === undefined ? {} : { email }),
  })
  const webhook = { name: 'webhook', isByAddress: false } as const
  const mail = { name: 'mail', isByAddress: true } as const
  const people = [person('ada', 'ada@cordon.example'), person('ben')]
  const rung = { level: 1, people: ['ada'], waitMs: 1 }

  it('are people whom nobody knows', () => {
    expect(ladderGaps([{ ...rung, people: ['ada', 'zoe'] }], people, [])).toEqual([
      'Level 1 of the ladder names zoe, whom Cordon does not know',
    ])
  })

  it('are channels that are not set up', () => {
    expect(ladderGaps([{ ...rung, channels: ['console', 'mail'] }], people, [webhook])).toEqual([
      'Level 1 of the ladder names the channel mail, which is not set up',
    ])
  })

  it('are people without an address, where nothing but an address reaches them', () => {
    const both = [{ ...rung, people: ['ada', 'ben'] }]
    const gap = ['ben is on the ladder and has no e-mail address']
    expect(ladderGaps(both, people, [mail])).toEqual(gap)
    expect(ladderGaps(both, people, [{ ...mail, isByAddress: false }])).toEqual([])
    expect(ladderGaps(both, people, [webhook, mail])).toEqual([])
    expect(ladderGaps(both, people, [])).toEqual([])
    expect(ladderGaps([{ ...rung, people: ['ben'], channels: ['console'] }], people, [mail])).toEqual([])
  })
})
