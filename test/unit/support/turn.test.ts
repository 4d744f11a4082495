import { describe, expect, it } from 'vitest'
import { partOfTurn, partsInTurn } from '../../support/turn.ts'

const parts = ['phone', 'wide', 'paper'] as const

describe('the parts of a matrix', () => {
  it('are all gone through by as many turns as there are parts', () => {
    expect(new Set([7, 8, 9].map((turn) => partOfTurn(parts, turn)))).toEqual(new Set(parts))
  })

  it('are all gone through in one turn by as many things in a row, each by one', () => {
    const gone = [0, 1, 2].map((nth) => partsInTurn(parts, nth))
    expect(gone.map(({ length }) => length)).toEqual([1, 1, 1])
    expect(new Set(gone.flat())).toEqual(new Set(parts))
  })

  it('are the same for everybody in one turn', () => {
    expect(partsInTurn(parts, 4)).toEqual(partsInTurn(parts, 4))
  })

  it('are never none: a turn that is no number is an error', () => {
    expect(() => partOfTurn(parts, Number('tomorrow'))).toThrow('Nothing has a turn at NaN')
    expect(() => partOfTurn([], 1)).toThrow(RangeError)
  })
})
