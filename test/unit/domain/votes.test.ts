import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delegation } from '#domain/delegation'
import {
  type Ballot,
  type Decision,
  eligibleCount,
  mayVote,
  type Person,
  type Tally,
  tally,
  type Vote,
  whyNoVote,
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

const second = (at: number): string => `2026-01-01T00:00:0${at}.000Z`

const anyDelegation: fc.Arbitrary<Delegation> = fc.record({
  from: fc.constantFrom('ada', 'ben', 'cem', 'dan', 'eva'),
  to: fc.constantFrom('ada', 'ben', 'cem', 'dan'),
  startsAt: fc.integer({ min: 0, max: 8 }).map(second),
  endsAt: fc.integer({ min: 0, max: 8 }).map(second),
  lends: fc.boolean(),
})

const anyBallot: fc.Arbitrary<Ballot> = fc.record({
  delegations: fc.array(anyDelegation, { maxLength: 4 }),
  quorum: fc.record({ required: fc.integer({ min: 0, max: 3 }), groups: fc.integer({ min: 0, max: 2 }) }),
  proposer: fc.constantFrom('ada', 'eva', 'runbook/x'),
  people: fc.constant(people),
  votes: anyVotes,
})

/** The same in other words, with sets and loops over every part of those who said yes. */
function model({ quorum, proposer, votes, delegations = [] }: Ballot): Tally['kind'] {
  const may = new Set(['ada', 'ben', 'cem', 'dan'].filter((id) => id !== proposer))
  const said = new Map<string, Decision>()
  for (const { person: id, decision } of votes) {
    if (!may.has(id)) continue
    if (decision === 'deny') return 'denied'
    said.set(id, decision)
  }
  if ([...said.values()].includes('hold')) return 'held'
  const yes = [...said].filter(([, decision]) => decision === 'approve').map(([id]) => id)
  const heard = everyPartOf(yes).filter((part) => !part.some((one) => part.some((other) => areOne(one, other))))
  return heard.some(isQuorum) ? 'approved' : 'open'

  function isQuorum(part: readonly string[]): boolean {
    const pairs = part.flatMap((one) => part.filter((other) => other !== one).map((other) => [one, other] as const))
    const differ = pairs.some(([one, other]) => groupsOf(one).some((a) => groupsOf(other).some((b) => a !== b)))
    const isWide = quorum.groups < 2 ? part.length >= quorum.groups : differ
    return part.length >= quorum.required && isWide
  }
  function momentOf(id: string): string {
    return votes.findLast(({ person: who }) => who === id)?.at ?? ''
  }
  function areOne(one: string, other: string): boolean {
    return delegations.some(({ from, to, startsAt, endsAt }) => {
      const moments = [momentOf(one), momentOf(other)]
      return from === one && to === other && one !== other && moments.some((at) => startsAt <= at && endsAt >= at)
    })
  }
  function groupsOf(id: string): readonly string[] {
    const own = (of: string) => people.find((one) => one.id === of)?.groups ?? []
    const at = momentOf(id)
    const lenders = delegations.filter(
      ({ from, to, startsAt, endsAt, lends }) => lends && to === id && may.has(from) && startsAt <= at && endsAt >= at,
    )
    return [...own(id), ...lenders.flatMap(({ from }) => own(from))]
  }
}

const everyPartOf = (all: readonly string[]): readonly (readonly string[])[] =>
  all.reduce<readonly (readonly string[])[]>((parts, one) => [...parts, ...parts.map((part) => [...part, one])], [[]])

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

const now = { startsAt: second(0), endsAt: second(8) }
const approvals = (...ids: readonly string[]): readonly Vote[] =>
  ids.map((id, index) => ({ person: id, decision: 'approve', at: second(index + 1) }))
const wanting = (required: number, groups = 1) => ({ quorum: { required, groups }, proposer: 'runbook/x', people })

describe('somebody and their delegate', () => {
  const lent: Delegation = { from: 'ben', to: 'ada', lends: true, ...now }

  it('count once, whoever of them approves first', () => {
    for (const order of [
      ['ada', 'ben'],
      ['ben', 'ada'],
    ] as const)
      expect(tally({ ...wanting(2), votes: approvals(...order), delegations: [lent] })).toEqual({
        kind: 'open',
        given: 1,
      })
    expect(tally({ ...wanting(2), votes: approvals('ada', 'ben') }).kind).toBe('approved')
  })

  it('count once still when the delegation was over before the second of them approved', () => {
    const over = { ...lent, endsAt: '2026-01-01T00:00:01.500Z' }
    expect(tally({ ...wanting(2), votes: approvals('ada', 'ben'), delegations: [over] }).kind).toBe('open')
    const later = { ...lent, startsAt: second(5) }
    expect(tally({ ...wanting(2), votes: approvals('ada', 'ben'), delegations: [later] }).kind).toBe('approved')
  })

  it('speak for the groups of both by one voice, until it is taken back', () => {
    const both = { ...wanting(2, 2), votes: approvals('ada', 'eli') }
    const eli = person('eli', ['security'])
    const ballot = { ...both, people: [...people, eli] }
    expect(tally({ ...ballot, delegations: [lent] }).kind).toBe('approved')
    expect(tally({ ...ballot, delegations: [{ ...lent, lends: false }] }).kind).toBe('open')
    expect(tally({ ...ballot, delegations: [{ ...lent, endsAt: second(0) }] }).kind).toBe('open')
    const each = { required: 1, groups: 1, from: ['security', 'platform'] }
    expect(tally({ ...ballot, quorum: each, votes: approvals('ada'), delegations: [lent] }).kind).toBe('open')
  })

  it('speak for no group of who has no vote: the proposer, or somebody who is no approver any more', () => {
    const eli = person('eli', ['security'])
    const ballot = { ...wanting(2, 2), people: [...people, eli], votes: approvals('ada', 'eli'), delegations: [lent] }
    expect(tally({ ...ballot, proposer: 'ben' }).kind).toBe('open')
    const demoted = ballot.people.map((one) => (one.id === 'ben' ? { ...one, roles: ['viewer'] as const } : one))
    expect(tally({ ...ballot, people: demoted }).kind).toBe('open')
  })

  it('pass nothing on: a delegate of the delegate speaks not for the first', () => {
    const chain: readonly Delegation[] = [lent, { from: 'ada', to: 'eli', lends: true, ...now }]
    const eli = person('eli', ['security'])
    const fay = person('fay', ['security'])
    const ballot = { ...wanting(2, 2), people: [...people, eli, fay], votes: approvals('eli', 'fay') }
    expect(tally({ ...ballot, delegations: chain }).kind).toBe('open')
  })

  it('never make it less that one more approves, nor more than without delegations', () => {
    const order = fc.shuffledSubarray(['ada', 'ben', 'cem', 'dan'])
    fc.assert(
      fc.property(order, fc.array(anyDelegation, { maxLength: 6 }), (ids, delegations) => {
        const given = (count: number) => {
          const counted = tally({ ...wanting(0, 0), votes: approvals(...ids).slice(0, count), delegations })
          return counted.kind === 'approved' ? counted.given : Number.NaN
        }
        for (let count = 1; count <= ids.length; count += 1) {
          expect(given(count)).toBeGreaterThanOrEqual(given(count - 1))
          expect(given(count)).toBeLessThanOrEqual(count)
        }
      }),
    )
  })

  it('are counted at once, also where everybody stood for everybody', () => {
    const many = Array.from({ length: 24 }, (_, index) => person(`p${index}`, ['security']))
    const all = many.flatMap(({ id: from }) =>
      many.map(({ id: to }): Delegation => ({ from, to, lends: true, ...now })),
    )
    const votes = many.map(({ id }): Vote => ({ person: id, decision: 'approve', at: second(1) }))
    const begun = performance.now()
    const counted = tally({
      ...wanting(2),
      people: many,
      votes,
      delegations: all.filter(({ from, to }) => from !== to),
    })
    expect(counted).toEqual({ kind: 'open', given: 1 })
    expect(performance.now() - begun).toBeLessThan(1000)
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
    expect(people.filter((one) => mayVote(one, { proposer: 'ada' })).map(({ id }) => id)).toEqual(['ben', 'cem', 'dan'])
    expect(eligibleCount(people, { proposer: 'ada' })).toBe(3)
  })

  it('are not asked about plans of a runbook that they changed last, however its address is written', () => {
    const ben = { id: 'ben', name: 'Ben', roles: ['approver'], groups: [], email: 'Ben@Example.org' } as const
    const origin = { proposer: 'runbook/x', authors: ['ben@example.org'] }
    expect(mayVote(ben, origin)).toBe(false)
    expect(whyNoVote(ben, origin, 'plan')).toBe('Who wrote the runbook cannot vote on its plans')
    expect(mayVote({ ...ben, email: 'other@example.org' }, origin)).toBe(true)
    const { email: _, ...unknown } = ben
    expect(mayVote(unknown, { proposer: 'runbook/x', authors: [''] })).toBe(true)
    const votes = [{ person: 'ben', decision: 'deny', at: '2026-01-01T00:00:00Z' }] as const
    expect(tally({ ...origin, quorum: { required: 1, groups: 1 }, people: [ben], votes }).kind).toBe('open')
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
