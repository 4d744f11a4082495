import { describe, expect, it } from 'vitest'
import { modeIn, standingOf } from '#domain/account-standing'
import type { Policy } from '#domain/policy'

const policy = (mode: Policy['mode']) => ({ mode }) as Policy
const ID = '111122223333'

describe('an account’s mode', () => {
  it('is observe for one that somebody registered, whatever policy’s default says, until policy names it', () => {
    const byDefault = policy({ default: 'automatic', accounts: {} })
    const named = policy({ default: 'observe', accounts: { [ID]: 'approve' } })
    expect(modeIn(ID, byDefault, 'connected')).toBe('observe')
    expect(modeIn(ID, named, 'connected')).toBe('approve')
    expect(modeIn(ID, byDefault, 'set-up')).toBe('automatic')
  })

  it('is observe while its roles were not found to be as they must be, though policy names it', () => {
    expect(modeIn(ID, policy({ default: 'approve', accounts: { [ID]: 'approve' } }), 'registered')).toBe('observe')
  })

  it('goes by who registered it and whether it was connected', () => {
    expect(standingOf({ registeredBy: null, connectedAt: null })).toBe('set-up')
    expect(standingOf({ registeredBy: 'admin', connectedAt: null })).toBe('registered')
    expect(standingOf({ registeredBy: 'admin', connectedAt: new Date(0) })).toBe('connected')
  })
})
