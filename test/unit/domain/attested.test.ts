import { describe, expect, it } from 'vitest'
import { doubtAbout } from '#domain/attested'

const asked = { policy: { requireAttested: true as const }, purpose: 'contain' as const }
const one = { findings: 1, type: 'Recon:EC2/Portscan' }

describe('a doubt about a plan', () => {
  it('is about what no producer confirmed', () => {
    expect(doubtAbout(one, asked)).toContain('A finding of the incident (Recon:EC2/Portscan) was not confirmed')
    expect(doubtAbout({ ...one, findings: 3 }, asked)).toContain(
      '3 findings of the incident (such as Recon:EC2/Portscan)',
    )
  })

  it('is none where all is confirmed, where nobody asks for it, and of an undo', () => {
    expect(doubtAbout(null, asked)).toBeNull()
    expect(doubtAbout(one, { ...asked, policy: {} })).toBeNull()
    expect(doubtAbout(one, { ...asked, purpose: 'undo' })).toBeNull()
  })
})
