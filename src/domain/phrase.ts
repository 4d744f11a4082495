const consonants = 'bdfghjklmnprstvz'
const vowels = 'aiou'
const WORDS = 3
const DIGITS = 4

/**
 * The beginning of a plan’s hash in words that people can say on the phone, so that both know that they look at the same plan. The digits are
 * those of the short hash. Source: D. S. Wilkerson, A Proposal for Proquints, arXiv:0901.4016.
 */
export const phraseOf = (hash: string): string =>
  Array.from({ length: WORDS }, (_, word) =>
    spoken(Number.parseInt(hash.slice(word * DIGITS, (word + 1) * DIGITS), 16)),
  ).join('-')

/** Sixteen bits as consonant, vowel, consonant, vowel, consonant: four, two, four, two and four of them. */
const spoken = (bits: number): string =>
  [
    consonants.charAt((bits >> 12) & 15),
    vowels.charAt((bits >> 10) & 3),
    consonants.charAt((bits >> 6) & 15),
    vowels.charAt((bits >> 4) & 3),
    consonants.charAt(bits & 15),
  ].join('')
