import { describe, expect, it } from 'vitest'
import { statementNames } from '#store/database/prepared'

/** The name at each of so many times. */
const namesOf = (nameOf: (text: string) => string | undefined, text: string, times: number) =>
  Array.from({ length: times }, () => nameOf(text))

describe('the name of a statement', () => {
  it('is given to what is asked again and again, and is its own', () => {
    const nameOf = statementNames()
    const first = namesOf(nameOf, 'select id from incident where id = $1', 7)
    expect(first.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
    expect(new Set(first.slice(4)).size).toBe(1)
    const second = namesOf(nameOf, 'select id from plan where hash = $1', 5).at(-1)
    expect(second).toBeDefined()
    expect(first).not.toContain(second)
  })

  it.each([
    'select * from "incident"',
    'insert into "task" ("key") values ($1) returning *',
    'select "p".*, 1 from "plan" as "p"',
    'select c.* from c',
    'insert into "incident" ("id") values ($1) on conflict ("correlation_key") where "status" <> $2 do nothing',
  ])('is given to none that has every column of a table, or a conflict with a part of it: %s', (text) => {
    expect(namesOf(statementNames(), text, 20).filter(Boolean)).toEqual([])
  })

  it('is given to one that counts', () => {
    expect(namesOf(statementNames(), 'select count(*) from "plan" where "hash" = $1', 5).at(-1)).toBeDefined()
  })

  it('is given to few, however many texts come and go between', () => {
    const nameOf = statementNames()
    for (let text = 0; text < 5000; text++) nameOf(`select ${text}`)
    expect(namesOf(nameOf, 'select id from incident where id = $1', 5).at(-1)).toBe('cordon_1')
    const named = Array.from({ length: 2000 }, (_, text) => namesOf(nameOf, `select ${text}`, 5).at(-1))
    expect(new Set(named.filter(Boolean)).size).toBe(299)
  })
})
