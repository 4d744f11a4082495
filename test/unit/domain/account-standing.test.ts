import { describe, expect, it } from 'vitest'
import { modeIn, standingOf } from '#domain/account-standing'

describe('an account’s mode', () => {
  it('is observe for one that somebody registered, whatever policy’s default says, until policy names it', () => {
    const byDefault = { value: 'automatic', by: 'mode.default' } as const
    expect(modeIn(byDefault, 'connected')).toBe('observe')
    expect(modeIn({ value: 'approve', by: 'mode.accounts.111122223333' }, 'connected')).toBe('approve')
    expect(modeIn({ value: 'approve', by: 'overrides.2.set.mode' }, 'connected')).toBe('approve')
    expect(modeIn(byDefault, 'set-up')).toBe('automatic')
  })

  it('is observe while its roles were not found to be as they must be, though policy names it', () => {
    expect(modeIn({ value: 'approve', by: 'mode.accounts.111122223333' }, 'registered')).toBe('observe')
  })

  it('goes by who registered it and whether it was connected', () => {
    expect(standingOf({ registeredBy: null, connectedAt: null })).toBe('set-up')
    expect(standingOf({ registeredBy: 'admin', connectedAt: null })).toBe('registered')
    expect(standingOf({ registeredBy: 'admin', connectedAt: new Date(0) })).toBe('connected')
  })
})
