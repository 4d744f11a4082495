import { describe, expect, it } from 'vitest'
import { csvOf } from '#api/numbers-csv'
import type { Numbers } from '#store/numbers/numbers'

const empty: Numbers = {
  days: 7,
  drills: 'left-out',
  zone: 'UTC',
  since: '2026-11-20T00:00:00.000Z',
  until: '2026-11-27T00:00:00.000Z',
  reference: { seconds: 68_400, source: 'AWS re:Invent 2024, SEC360: a large ransomware case of August 2023' },
  bounds: [],
  times: [],
  undecided: 0,
  drillIncidents: 0,
  answered: { received: 0, incidents: 0, folded: 0, benign: 0, suppressed: 0, quarantined: 0, unaccounted: 0 },
  daily: [],
  noise: [],
  rules: [],
  load: [],
}
const person = { person: 'x', name: 'X', pages: 1, nightPages: 0, nights: 0, acknowledged: 0, votes: 0 }
const linesFor = (id: string) =>
  csvOf({ ...empty, load: [{ ...person, person: id }] })
    .split('\r\n')
    .filter((line) => line.startsWith('load,'))

describe('a cell', () => {
  it.each(['=cmd|1', '+1', '-1', '@sum'])('that a spreadsheet would run, %s, is a text', (id) => {
    expect(linesFor(id)[0]).toBe(`load,'${id},pages,1`)
  })

  it('with commas, quotes and line ends is one cell', () => {
    expect(csvOf({ ...empty, load: [{ ...person, person: 'a,"b"\nc' }] })).toContain('load,"a,""b""\nc",pages,1\r\n')
  })
})
