import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsedText, repeatedIn } from '#intake/json-text'
import { readFindings } from '#intake/read-finding'

const sent = (text: string) =>
  readFindings(parsedText(text)).map((one) => (one.kind === 'quarantined' ? one.reason : one.finding.id))

const finding = (id: string, more = '') =>
  `{"accountId":"111122223333","region":"eu-central-1","id":"${id}","type":"T","severity":5,"updatedAt":"2026-11-24"${more}}`

describe('a text with a member twice', () => {
  it('is quarantined where it stands in the finding, and the others go on', () => {
    expect(sent(`[${finding('a')},${finding('b', ',"id":"c"')},${finding('d')}]`)).toEqual([
      'a',
      'a member twice: "id"',
      'd',
    ])
  })

  it.each([
    ['deep inside', `{"x":[{"y":{"z":1,"z":2}}]}`, 'a member twice: "z"'],
    ['written with an escape', String.raw`{"x":1,"\u0078":2}`, 'a member twice: "x"'],
    ['in an object that another one replaced', `{"x":{"y":1,"y":2},"x":{}}`, 'a member twice: "x"'],
  ])('is seen %s', (_, more, reason) => {
    expect(sent(`[${finding('a', `,"service":${more}`)}]`)).toEqual([reason])
  })

  it('is seen in a message inside', () => {
    expect(sent(JSON.stringify({ Records: [{ body: finding('a', ',"severity":1') }] }))).toEqual([
      'a member twice: "severity"',
    ])
  })
})

describe('any other text', () => {
  it('is parsed as it always is, and nothing is said of it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const value = parsedText(text)
        expect(value).toEqual(JSON.parse(text))
        const left: unknown[] = [value]
        while (left.length > 0) {
          const one = left.pop()
          if (typeof one !== 'object' || one === null) continue
          expect(repeatedIn(one)).toBeUndefined()
          left.push(...Object.values(one))
        }
      }),
    )
  })

  it('may be nested deeper than a stack', () => {
    const deep = `${'['.repeat(100_000)}{"a":1,"a":2}${']'.repeat(100_000)}`
    expect(() => parsedText(deep)).not.toThrow()
  })
})
