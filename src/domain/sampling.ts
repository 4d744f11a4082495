import type { Verdict } from './incident.ts'

/** What rules answer without a person. */
export const answeredByRules = ['benign-expected', 'posture'] as const satisfies Verdict[]
export type AnsweredByRules = (typeof answeredByRules)[number]

export const isAnsweredByRules = (verdict: string | null): verdict is AnsweredByRules =>
  (answeredByRules as readonly (string | null)[]).includes(verdict)

const ONE_IN = 20
const HEX_DIGITS = 8

/** Whether the incident is one of the 5 % that a person looks at, by the hash of its id: nobody chooses, and asked again it is the same. */
export const isDrawn = (hash: string): boolean => Number.parseInt(hash.slice(0, HEX_DIGITS), 16) % ONE_IN === 0

/** How long a person has to look at it. */
export const REVIEW_DAYS = 7

export interface Reviewed {
  readonly right: number
  readonly wrong: number
}

/** The share of answers that were right among those that somebody looked at; null before there is one. */
export const precisionOf = ({ right, wrong }: Reviewed): number | null =>
  right + wrong === 0 ? null : right / (right + wrong)
