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

describe('a quorum', () => {
  it('can be made by enough people who may vote and who know of the plan', () => {
    expect(missingForQuorum(ballot, new Set(['ada', 'ben']))).toBeNull()
    expect(missingForQuorum(ballot, new Set(['ada', 'eva', 'bot']))).toBe(
      '2 approvers are needed, and 1 can be reached (ada)',
    )
    expect(missingForQuorum(ballot, new Set())).toContain('0 can be reached (nobody)')
  })

  it('does not count who proposed the plan or denied it', () => {
    expect(missingForQuorum({ ...ballot, proposer: 'ben' }, new Set(['ada', 'ben']))).not.toBeNull()
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'deny']) }, new Set(['ada', 'ben']))).not.toBeNull()
  })

  it('counts who has approved already, however they came to know of it', () => {
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'approve']) }, new Set(['ada']))).toBeNull()
    expect(missingForQuorum({ ...ballot, votes: votes(['ben', 'hold']) }, new Set(['ada', 'ben']))).toBeNull()
  })

  it('wants people of as many groups as it says', () => {
    const wide = { ...ballot, quorum: { required: 2, groups: 2 } }
    expect(missingForQuorum(wide, new Set(['ada', 'cem']))).toBe(
      'approvers of 2 different groups are needed, and those that can be reached (ada, cem) are not',
    )
    expect(missingForQuorum(wide, new Set(['ada', 'ben', 'cem']))).toBeNull()
  })

  it('of nobody can always be made', () => {
    expect(missingForQuorum({ ...ballot, quorum: { required: 0, groups: 0 } }, new Set())).toBeNull()
  })

  it('is in reach exactly when the count of votes would say approved, were everybody reached to approve', () => {
    const anyQuorum = fc.record({ required: fc.integer({ min: 0, max: 4 }), groups: fc.integer({ min: 0, max: 2 }) })
    const anyone = fc.subarray([...everybody])
    fc.assert(
      fc.property(anyQuorum, anyone, fc.constantFrom('ada', 'ben', 'runbook/x'), (quorum, reached, proposer) => {
        const approvals = votes(...reached.map((id) => [id, 'approve'] as const))
        const wished = { ...ballot, quorum, proposer }
        const isReachable = missingForQuorum(wished, new Set(reached)) === null
        expect(isReachable).toBe(tally({ ...wished, votes: approvals }).kind === 'approved')
      }),
    )
  })
})
