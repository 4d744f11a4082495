import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liesIn, prefixOf } from '#domain/network'

describe('a range of addresses', () => {
  it('holds what begins with its leading bits, of its own family', () => {
    expect(liesIn('198.51.100.7', '198.51.100.0/24')).toBe(true)
    expect(liesIn('198.51.101.7', '198.51.100.0/24')).toBe(false)
    expect(liesIn('2001:db8::7', '2001:db8::/32')).toBe(true)
    expect(liesIn('2001:db9::7', '2001:db8::/32')).toBe(false)
    expect(liesIn('0.0.0.1', '::/0')).toBe(false)
  })

  it('holds an address alone, and every address where it has no bits', () => {
    expect(liesIn('192.0.2.1', '192.0.2.1')).toBe(true)
    fc.assert(fc.property(fc.ipV4(), (address) => liesIn(address, '0.0.0.0/0')))
    fc.assert(
      fc.property(
        fc.ipV6().filter((address) => !address.includes('.')),
        (address) => liesIn(address, '::/0'),
      ),
    )
  })

  it('holds nothing that cannot be read, and is none when it cannot be read itself', () => {
    for (const wrong of [
      '',
      '1.2.3',
      '1.2.3.256',
      '01.2.3.4',
      '1.2.3.4/33',
      '1.2.3.4/24/2',
      '1::2::3',
      'g::',
      '1:2:3',
      '/8',
    ])
      expect([wrong, prefixOf(wrong), liesIn('1.2.3.4', wrong), liesIn(wrong, '0.0.0.0/0')]).toEqual([
        wrong,
        null,
        false,
        false,
      ])
    expect(liesIn('10.0.0.0/8', '0.0.0.0/0')).toBe(false)
  })
})
