import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleIn, visibleText } from '#domain/visible-text'

describe('text that people decide by', () => {
  it.each<readonly [string, string, string]>([
    ['turned around', 'user-\u202Enimda', 'user-‹U+202E›nimda'],
    ['isolated', '\u2066a\u2069', '‹U+2066›a‹U+2069›'],
    ['joined by nothing', 'deploy\u200Bbot', 'deploy‹U+200B›bot'],
    ['with a byte order mark', '\uFEFFbot', '‹U+FEFF›bot'],
    ['with a soft hyphen', 'de\u00ADploy', 'de‹U+00AD›ploy'],
    ['with an escape of the terminal', 'a\u001b[8mhidden', 'a‹U+001B›[8mhidden'],
    ['with a carriage return', 'deny\rallow', 'deny‹U+000D›allow'],
    ['with tags that nobody sees', `a${String.fromCodePoint(0xe0041)}`, 'a‹U+E0041›'],
    ['with a filler', 'a\u3164b', 'a‹U+3164›b'],
    ['with one letter of another script', 'dеploy-bot', 'd‹U+0435›ploy-bot'],
    ['whole in letters that look Latin', 'сора', '‹U+0441›‹U+043E›‹U+0440›‹U+0430›'],
    ['in wide letters', 'ｂot', '‹U+FF42›ot'],
    ['in mathematical letters', '𝐛ot', '‹U+1D41B›ot'],
  ])('is shown as it is where it is %s', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it.each([
    'arn:aws:iam::111122223333:user/deploy-bot_1@shop+x=,.',
    'Schlüssel von Zoë, naïve façade – “quoted” … €',
    'Привет, мир',
    'Ελληνικά κείμενο',
    '日本語のテキスト',
    'שלום עולם',
    'two\nlines\tand a tab',
    '😀 → ✓',
  ])('stays as it is: %s', (text) => {
    expect(visibleText(text)).toBe(text)
  })

  it('has nothing unseen left, whatever was in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visibleText(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}]/u)
      }),
    )
  })

  it('differs where texts differ only in what is not seen', () => {
    expect(visibleText('admin\u200B')).not.toBe(visibleText('admin'))
  })

  it('is found anywhere in a document, whose members keep their names', () => {
    expect(visibleIn({ a: ['x\u202E', { b: 'y' }], n: 1, no: null })).toEqual({
      a: ['x‹U+202E›', { b: 'y' }],
      n: 1,
      no: null,
    })
  })
})
