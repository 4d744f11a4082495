import type { ActionName } from '#domain/catalogue/index'
import type { AttackSequence, FindingProducer } from './finding.ts'
import type { Verdict } from './incident.ts'
import type { Policy } from './policy.ts'
import type { Target } from './targets.ts'

/** Whether people may be asked for it. There is no way to have it done without them. */
export const writeBackWords = ['never', 'approve'] as const
export type WriteBackWord = (typeof writeBackWords)[number]

/** What may be written back to the producers of findings. */
export interface WriteBack {
  readonly archive: WriteBackWord
}

/** The actions that write to a producer, and the key of the policy that each needs. */
const writeBacks: Readonly<Partial<Record<ActionName, keyof WriteBack>>> = { archiveFindings: 'archive' }

/** Finds the key of the policy that the action needs; undefined for one that writes to no producer. */
export const writeBackOf = (action: string): keyof WriteBack | undefined =>
  Object.hasOwn(writeBacks, action) ? writeBacks[action as ActionName] : undefined

/** The ids of the findings that a step writes about. */
export const findingsIn = (target: Target): readonly string[] =>
  target.kind === 'guardduty-findings' ? target.findingIds : []

/** A finding of the step’s Region by that id, as the record has it. */
export interface WrittenFinding {
  readonly id: string
  readonly incident: string
  readonly account: string
  readonly source: FindingProducer
  /** The later of what its newest version says and of when that came, ISO 8601. */
  readonly lastAt: string
  readonly attackSequence: AttackSequence | null
  /** Whether an attack sequence names it as one of its parts. */
  readonly isNamedPart: boolean
}

export interface WriteBackFacts {
  readonly verdict: Verdict | null
  readonly findings: readonly WrittenFinding[]
}

export interface WriteBackAsked {
  readonly action: string
  readonly target: Target
  readonly incident: string
  readonly policy: Policy
  readonly facts: WriteBackFacts
  /** ISO 8601, by the database’s clock. */
  readonly now: string
}

/** GuardDuty goes on adding to a finding for so long; what is archived before could be missed. Source: GuardDuty, Extended Threat Detection: signals of 24 hours. */
const SETTLED_MS = 86_400_000
const settled: readonly Verdict[] = ['benign-expected', 'posture']

/** Why nothing is written back to the producer, or null. */
export function writeBackObjection(asked: WriteBackAsked): string | null {
  const { action, policy, facts } = asked
  const key = writeBackOf(action)
  if (key === undefined) return null
  if ((policy.writeBack?.[key] ?? 'never') === 'never') return `The policy says writeBack.${key}: never`
  if (facts.verdict === null || !settled.includes(facts.verdict))
    return `The verdict is ${facts.verdict ?? 'not there yet'}: only what is benign-expected or posture is written back`
  const objections = findingsIn(asked.target).map((id) => findingObjection(id, asked))
  return objections.find((objection) => objection !== null) ?? null
}

/** By its mode, or by a rule that names it. */
const isObserved = (account: string, { mode, overrides = [] }: Policy): boolean =>
  (mode.accounts[account] ?? mode.default) === 'observe' ||
  overrides.some(({ for: { accounts }, set }) => set.mode === 'observe' && accounts?.includes(account) === true)

function findingObjection(id: string, { incident, policy, facts, now }: WriteBackAsked): string | null {
  const finding = facts.findings.find((one) => one.id === id && one.incident === incident)
  if (finding === undefined) return `Finding ${id} is none of incident ${incident} in that Region`
  if (finding.source !== 'guardduty') return `Finding ${id} is not one of GuardDuty’s`
  if (finding.attackSequence !== null || finding.isNamedPart) return `Finding ${id} belongs to an attack sequence`
  if (isObserved(finding.account, policy))
    return `Account ${finding.account}, whose finding ${id} is, is in mode observe`
  const until = Date.parse(finding.lastAt) + SETTLED_MS
  return Date.parse(now) >= until
    ? null
    : `The last version of finding ${id} is younger than 24 hours: not before ${new Date(until).toISOString()}`
}
