import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingForQuorum } from '#domain/quorum-reach'
import { type Ballot, type Decision, type Person, tally } from '#domain/votes'

const person = (id: string, groups: readonly string[], roles: Person['roles'] = ['approver']): Person => ({
  id,
  name: id,
  roles,
  groups,
})

const people: readonly Person[] = [
  person('ada', ['security']),
  person('ben', ['platform']),
  person('cem', ['security']),
  person('eva', ['response'], ['responder']),
  person('bot', ['platform'], ['approver', 'machine']),
]
const everybody = new Set(people.map(({ id }) => id))
const ballot: Ballot = { quorum: { required: 2, groups: 1 }, proposer: 'runbook/x', people, votes: [] }
const votes = (...cast: readonly (readonly [string, Decision])[]) =>
  cast.map(([id, decision], second) => ({ person: id, decision, at: `2026-01-01T00:00:0${second}.000Z` }))

const by = (...reached: readonly string[]) => ({ reached: new Set(reached), now: '2026-01-01T01:00:00.000Z' })

describe('a quorum', () => {
  it('can be made by enough people who may vote and who know of the plan', () => {
    expect(missingForQuorum(ballot, by('ada', 'ben'))).toBeNull()
    expect(missingForQuorum(ballot, by('ada', 'eva', 'bot'))).toBe('2 approvers are needed, and 1 can be reached (ada)')
    expect(missingForQuorum(ballot, by())).toContain('0 can be reached (nobody)')
  })

  it('does not count who proposed the plan or denied it', () => {
    expect(missingForQuorum({ ...ballot, proposer: 'ben' }, by('ada', 'ben'))).not.toBeNull()
    const people = ballot.people.map((one) => ({ ...one, email: `${one.id}@example.org` }))
    const written = { ...ballot, people, authors: ['ben@example.org'] }
    expect(missingForQuorum(written, by('ada', 'ben'))).not.toBeNull()
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'deny']) }, by('ada', 'ben'))).not.toBeNull()
  })

  it('counts who has approved already, however they came to know of it', () => {
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'approve']) }, by('ada'))).toBeNull()
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'hold']) }, by('ada', 'ben'))).toBeNull()
  })

  it('wants people of as many groups as it says', () => {
    const wide = { ...ballot, quorum: { required: 2, groups: 2 } }
    expect(missingForQuorum(wide, by('ada', 'cem'))).toBe(
      'approvers of 2 different groups are needed, and those that can be reached (ada, cem) are not',
    )
    expect(missingForQuorum(wide, by('ada', 'ben', 'cem'))).toBeNull()
  })

  it('counts somebody and their delegate once, and the delegate for both groups', () => {
    const delegation = {
      from: 'ben',
      to: 'ada',
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: '2026-01-01T02:00:00.000Z',
    }
    const delegated = { ...ballot, delegations: [{ ...delegation, lends: true }] }
    expect(missingForQuorum(delegated, by('ada', 'ben'))).toBe('2 approvers are needed, and 1 can be reached (ada)')
    const wide = { ...delegated, quorum: { required: 2, groups: 2 } }
    expect(missingForQuorum(wide, by('ada', 'cem'))).toBeNull()
    expect(missingForQuorum({ ...wide, delegations: [] }, by('ada', 'cem'))).not.toBeNull()
  })

  it('of nobody can always be made', () => {
    expect(missingForQuorum({ ...ballot, quorum: { required: 0, groups: 0 } }, by())).toBeNull()
  })

  it('is in reach exactly when the count of votes would say approved, were everybody reached to approve', () => {
    const anyQuorum = fc.record({ required: fc.integer({ min: 0, max: 4 }), groups: fc.integer({ min: 0, max: 2 }) })
    const anyone = fc.subarray([...everybody])
    fc.assert(
      fc.property(anyQuorum, anyone, fc.constantFrom('ada', 'ben', 'runbook/x'), (quorum, reached, proposer) => {
        const approvals = votes(...reached.map((id) => [id, 'approve'] as const))
        const wished = { ...ballot, quorum, proposer }
        const isReachable = missingForQuorum(wished, by(...reached)) === null
        expect(isReachable).toBe(tally({ ...wished, votes: approvals }).kind === 'approved')
      }),
    )
  })
})
