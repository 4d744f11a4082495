import type { Criticality } from '#domain/context'

/** What the organisation’s context says of a finding, in the words that rules read. */
export const factNames = [
  'own network',
  'known scanner',
  'jump host',
  'break-glass principal',
  'maintenance',
  'outside working Regions',
  'expected',
  'bad reputation',
] as const
export type FactName = (typeof factNames)[number]

export interface ContextFact {
  readonly fact: FactName
  /** The id of the entry that says it. */
  readonly entry: string
  /** Why it is there, and whose it is. */
  readonly text: string
}

/** What is known of the surroundings of one finding; it is kept with the verdict, so that a replay sees the same. */
export interface ContextFacts {
  readonly environment: 'production' | 'nonproduction' | null
  readonly criticality: Criticality
  readonly owners: readonly string[]
  /** Where the assets come from; absent when no entry says it. */
  readonly repositories?: readonly string[]
  readonly facts: readonly ContextFact[]
}

export const noContext: ContextFacts = { environment: null, criticality: 'normal', owners: [], facts: [] }

/** The first fact of the name, or undefined. */
export const factIn = ({ facts }: ContextFacts, name: FactName): ContextFact | undefined =>
  facts.find(({ fact }) => fact === name)

/** With what somebody else than the context says. */
export const withFacts = (context: ContextFacts, more: readonly ContextFact[]): ContextFacts =>
  more.length === 0 ? context : { ...context, facts: [...context.facts, ...more] }
