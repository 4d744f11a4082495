import { describe, expect, it } from 'vitest'
import { answerTo, type CallingAppeal, type Known, peopleAsked } from '#domain/appeal'
import type { Person } from '#domain/votes'

const person = (id: string, groups: readonly string[], roles: Person['roles'] = ['responder']): Person => ({
  id,
  name: id,
  groups,
  roles,
})

const known: Known = {
  people: [
    person('ada', ['security']),
    person('ben', ['security']),
    person('viv', ['security', 'readers'], ['viewer']),
    person('bot', ['security'], ['machine']),
    person('leo', ['leave']),
  ],
  disabled: ['old'],
  delegates: new Map([['leo', 'ben']]),
}

describe('whom an appeal pages', () => {
  it('is everybody of a group who may look after incidents, without the asker', () => {
    expect(peopleAsked({ kind: 'help', of: 'security', asker: 'ada' }, known)).toEqual({
      kind: 'asked',
      people: ['ben'],
    })
  })

  it('is the person, or who stands for them', () => {
    expect(peopleAsked({ kind: 'hand-over', of: 'ben', asker: 'ada' }, known)).toEqual({
      kind: 'asked',
      people: ['ben'],
    })
    expect(peopleAsked({ kind: 'help', of: 'leo', asker: 'ada' }, known)).toEqual({ kind: 'asked', people: ['ben'] })
  })

  it.each([
    ['nobody of that name', { kind: 'help', of: 'zoe' }, 'person_unknown'],
    ['a group, when it is handed over', { kind: 'hand-over', of: 'security' }, 'person_unknown'],
    ['who has no access any more', { kind: 'help', of: 'old' }, 'person_inactive'],
    ['a group in which nobody can answer', { kind: 'help', of: 'readers' }, 'group_empty'],
    ['who may not look after incidents', { kind: 'help', of: 'viv' }, 'unprocessable'],
    ['a machine', { kind: 'hand-over', of: 'bot' }, 'unprocessable'],
    ['the asker', { kind: 'hand-over', of: 'ada' }, 'unprocessable'],
  ] as const)('is never %s', (_, wanted, code) => {
    expect(peopleAsked({ ...wanted, asker: 'ada' }, known)).toMatchObject({ kind: 'refused', code })
  })
})

describe('what it means that somebody looks after the incident', () => {
  const help: CallingAppeal = { kind: 'help', status: 'open', askedBy: 'ada', isCalled: false }
  const handOver: CallingAppeal = { ...help, kind: 'hand-over' }
  it.each([
    ['help from who was called', { ...help, isCalled: true }, 'ben', 'accepted'],
    ['help from somebody else', help, 'ben', null],
    ['one’s own call for help', { ...help, isCalled: true }, 'ada', null],
    ['a hand-over, from who was asked', { ...handOver, isCalled: true }, 'ben', 'accepted'],
    ['a hand-over that others still have time to take', handOver, 'ben', null],
    ['a hand-over that nobody took in time', { ...handOver, status: 'unanswered' }, 'ben', 'accepted'],
    ['one’s own hand-over', handOver, 'ada', 'kept'],
  ] as const)('for %s', (_, appeal, who, answer) => {
    expect(answerTo(appeal, who)).toBe(answer)
  })
})
