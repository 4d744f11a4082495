import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PageFacts, pageMessage } from '#domain/page-message'
import { phraseOf } from '#domain/phrase'

const hash = '7f00000163c0ffee'
const facts: PageFacts = {
  id: 'page-1',
  incident: 'inc-1',
  title: 'A key is used by somebody else',
  severity: 'high',
  level: 2,
  person: { id: 'ada', name: 'Ada Approver', email: 'ada@cordon.example' },
  text: 'threat: a key is used by somebody else',
  plan: null,
  isDigest: false,
  isMessage: false,
}
const plain = pageMessage(facts, 'https://cordon.example')
const about = pageMessage({ ...facts, plan: hash }, 'https://cordon.example')

describe('the phrase of a plan', () => {
  it('is the first digits of its hash as the proquints of the proposal', () => {
    // Source: arXiv:0901.4016, 127.0.0.1 is lusab-babad and 63.84.220.193 is gutih-tugad.
    expect(phraseOf('7f0000013f54')).toBe('lusab-babad-gutih')
  })

  it('differs whenever the first twelve digits do', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from({ length: 16 }, (_, digit) => digit.toString(16))),
      minLength: 12,
      maxLength: 12,
    })
    fc.assert(fc.property(digits, digits, (one, other) => (phraseOf(one) === phraseOf(other)) === (one === other)))
  })
})

describe('a page', () => {
  it('leads to the incident, or to the plan that it is about', () => {
    expect(plain.body).toEqual({
      type: 'page.sent',
      incident: 'inc-1',
      severity: 'high',
      level: 2,
      person: 'ada',
      text: facts.text,
      link: 'https://cordon.example/incidents/inc-1',
    })
    expect(about.body).toMatchObject({
      link: `https://cordon.example/plans/${hash}`,
      plan: hash,
      phrase: phraseOf(hash),
    })
  })

  it('says in a letter where to go and what to do', () => {
    expect(plain.subject).toBe('[Cordon high] inc-1: look into it: A key is used by somebody else')
    expect(plain.letter).toContain('https://cordon.example/incidents/inc-1')
    expect(plain.letter).toContain('Acknowledge')
    expect(about.subject).toContain('a plan waits for your vote')
    expect(about.letter).toContain(`https://cordon.example/plans/${hash}`)
    expect(about.letter).toContain(phraseOf(hash))
  })

  it('lets no text of a finding add lines, turn the direction or go on for ever', () => {
    const evil = 'x\r\nBcc: all@example.com\u202Eexe\u0000'.repeat(200)
    const { subject, letter, body } = pageMessage({ ...facts, title: evil, text: evil }, 'https://cordon.example')
    expect(subject).toMatch(/^[^\r\n\u202E\0]{1,160}$/)
    expect(letter.split('\n')).toHaveLength(plain.letter.split('\n').length)
    expect(letter).not.toMatch(/[\r\u202E\0]/)
    expect(body.text.length).toBeLessThanOrEqual(2000)
  })
})
