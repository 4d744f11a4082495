import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Ballot,
  type Decision,
  eligibleCount,
  mayVote,
  type Person,
  type Tally,
  tally,
  type Vote,
} from '#domain/votes'

const person = (id: string, groups: readonly string[], roles: Person['roles'] = ['approver']): Person => ({
  id,
  name: id,
  roles,
  groups,
})

const people: readonly Person[] = [
  person('ada', ['security']),
  person('ben', ['platform']),
  person('cem', ['security', 'platform']),
  person('dan', []),
  person('eva', ['security'], ['responder']),
  person('bot', ['security'], ['approver', 'machine']),
]

const anyVotes: fc.Arbitrary<readonly Vote[]> = fc
  .array(
    fc.record({
      person: fc.constantFrom('ada', 'ben', 'cem', 'dan', 'eva', 'bot', 'nobody'),
      decision: fc.constantFrom<Decision>('approve', 'deny', 'hold', 'withdraw'),
    }),
    { maxLength: 8 },
  )
  .map((votes) => votes.map((vote, second) => ({ ...vote, at: `2026-01-01T00:00:0${second}.000Z` })))

const anyBallot: fc.Arbitrary<Ballot> = fc.record({
  quorum: fc.record({ required: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 0, max: 2 }) }),
  proposer: fc.constantFrom('ada', 'eva', 'runbook/x'),
  people: fc.constant(people),
  votes: anyVotes,
})

/** The same in other words, with sets and loops over every choice of two. */
function model({ quorum, proposer, votes }: Ballot): Tally['kind'] {
  const may = new Set(['ada', 'ben', 'cem', 'dan'].filter((id) => id !== proposer))
  const said = new Map<string, Decision>()
  for (const { person: id, decision } of votes) {
    if (!may.has(id)) continue
    if (decision === 'deny') return 'denied'
    said.set(id, decision)
  }
  if ([...said.values()].includes('hold')) return 'held'
  const yes = [...said].filter(([, decision]) => decision === 'approve').map(([id]) => id)
  const groupsOf = (id: string) => people.find((one) => one.id === id)?.groups ?? []
  const pairs = yes.flatMap((one) => yes.filter((other) => other !== one).map((other) => [one, other] as const))
  const differ = pairs.some(([one, other]) => groupsOf(one).some((a) => groupsOf(other).some((b) => a !== b)))
  const isWide = quorum.groups < 2 ? yes.length >= quorum.groups : differ
  return yes.length >= quorum.required && isWide ? 'approved' : 'open'
}

describe('votes amount to', () => {
  it('what a model in other words says', () => {
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        expect(tally(ballot).kind).toBe(model(ballot))
      }),
      { numRuns: 2000 },
    )
  })

  it('the same in whatever order they are read', () => {
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        expect(tally({ ...ballot, votes: ballot.votes.toReversed() })).toEqual(tally(ballot))
      }),
    )
  })

  it('no more when somebody approves twice', () => {
    fc.assert(
      fc.property(anyBallot, (ballot) => {
        const again = ballot.votes.map((vote) => ({ ...vote, at: vote.at.replace('2026', '2025') }))
        const counted = tally({ ...ballot, votes: [...again, ...ballot.votes] })
        expect(counted.kind).toBe(tally(ballot).kind)
      }),
    )
  })
})

describe('a vote', () => {
  it('of the same moment as another one of its person counts after it, as it was recorded', () => {
    const ballot = { quorum: { required: 1, groups: 1 }, proposer: 'runbook/x', people }
    const at = '2026-01-01T00:00:00.000Z'
    const hold: Vote = { person: 'ada', decision: 'hold', at }
    const approve: Vote = { person: 'ada', decision: 'approve', at }
    expect(tally({ ...ballot, votes: [hold, approve] }).kind).toBe('approved')
    expect(tally({ ...ballot, votes: [approve, hold] }).kind).toBe('held')
  })

  it('is not the proposer’s, a responder’s or a machine’s', () => {
    expect(people.filter((one) => mayVote(one, 'ada')).map(({ id }) => id)).toEqual(['ben', 'cem', 'dan'])
    expect(eligibleCount(people, 'ada')).toBe(3)
  })

  it('tells who denied, who holds and how many approved', () => {
    const ballot = { quorum: { required: 2, groups: 1 }, proposer: 'runbook/x', people }
    const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`
    const votes: readonly Vote[] = [
      { person: 'ada', decision: 'approve', at: at(1) },
      { person: 'ben', decision: 'approve', at: at(2) },
    ]
    expect(tally({ ...ballot, votes })).toEqual({ kind: 'approved', given: 2 })
    expect(tally({ ...ballot, votes: [...votes, { person: 'dan', decision: 'hold', at: at(3) }] })).toEqual({
      kind: 'held',
      by: 'dan',
    })
    expect(tally({ ...ballot, votes: [...votes, { person: 'cem', decision: 'deny', at: at(3) }] })).toEqual({
      kind: 'denied',
      by: 'cem',
    })
  })
})
