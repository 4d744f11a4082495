import type { ActionName } from '#domain/catalogue/index'
import type { AttackSequence, FindingProducer } from './finding.ts'
import { type Verdict, verdicts } from './incident.ts'
import type { Policy } from './policy.ts'
import type { Suppression } from './suppression.ts'
import type { ArchiveFilter, Target } from './targets.ts'

/** Whether people may be asked for it. There is no way to have it done without them. */
export const writeBackWords = ['never', 'approve'] as const
export type WriteBackWord = (typeof writeBackWords)[number]

/** What may be written back to the producers of findings; nothing of what is absent. */
export interface WriteBack {
  readonly archive: WriteBackWord
  readonly suppress?: WriteBackWord
  readonly feedback?: WriteBackWord
  readonly note?: WriteBackWord
}

/** What a filter of Cordon’s may go by beside type, account and Region: one thing that cannot be another’s. Source: GuardDuty, FindingCriteria. */
export const filterFields = [
  'resource.accessKeyDetails.userName',
  'resource.accessKeyDetails.principalId',
  'resource.instanceDetails.instanceId',
  'resource.s3BucketDetails.name',
  'service.action.awsApiCallAction.remoteIpDetails.ipAddressV4',
  'service.action.networkConnectionAction.remoteIpDetails.ipAddressV4',
] as const

/** What an action writes to a producer. */
interface WrittenBack {
  /** The key of the policy that it needs. */
  readonly key: keyof WriteBack
  /** Whose findings it may be about; null for what any producer made. */
  readonly source: FindingProducer | null
}

const writeBacks: Readonly<Partial<Record<ActionName, WrittenBack>>> = {
  archiveFindings: { key: 'archive', source: 'guardduty' },
  suppressFindings: { key: 'suppress', source: 'guardduty' },
  giveFindingFeedback: { key: 'feedback', source: 'guardduty' },
  noteInSecurityHub: { key: 'note', source: null },
}

const writtenBack = (action: string): WrittenBack | undefined =>
  Object.hasOwn(writeBacks, action) ? writeBacks[action as ActionName] : undefined

/** Finds the key of the policy that the action needs; undefined for one that writes to no producer. */
export const writeBackOf = (action: string): keyof WriteBack | undefined => writtenBack(action)?.key

/** GuardDuty’s findings have their id at the end of what Security Hub calls them. Source: Security Hub, GuardDuty integration. */
const GUARDDUTY_IN_HUB = /^arn:[^:]+:guardduty:.*\/finding\/([0-9a-f]+)$/

/** The ids, as the record has them, of the findings that a step writes about. */
export function findingsIn(target: Target): readonly string[] {
  if ('findingIds' in target) return target.findingIds
  return target.kind === 'hub-finding' ? [GUARDDUTY_IN_HUB.exec(target.id)?.[1] ?? target.id] : []
}

/** A finding of the step’s Region by that id, as the record has it. */
export interface WrittenFinding {
  readonly id: string
  readonly incident: string
  readonly account: string
  readonly source: FindingProducer
  readonly type: string
  /** Names and ids of what it is about. */
  readonly names: readonly string[]
  /** The later of what its newest version says and of when that came, ISO 8601. */
  readonly lastAt: string
  readonly attackSequence: AttackSequence | null
  /** Whether an attack sequence names it as one of its parts. */
  readonly isNamedPart: boolean
}

export interface WriteBackFacts {
  readonly verdict: Verdict | null
  readonly findings: readonly WrittenFinding[]
  /** Of the context in force; read for what writes one. */
  readonly suppressions: readonly Suppression[]
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
const real: readonly Verdict[] = ['threat', 'inappropriate']

/** The verdicts by which what is written is true. */
function fittingVerdicts(target: Target): readonly Verdict[] {
  if (target.kind === 'finding-feedback') return target.feedback === 'USEFUL' ? real : settled
  if (target.kind === 'hub-finding') return target.workflow === 'SUPPRESSED' ? settled : verdicts
  return settled
}

/** Why nothing is written back to the producer, or null. */
export function writeBackObjection(asked: WriteBackAsked): string | null {
  const { action, policy, facts, target } = asked
  const written = writtenBack(action)
  if (written === undefined) return null
  if ((policy.writeBack?.[written.key] ?? 'never') === 'never') return `The policy says writeBack.${written.key}: never`
  const fitting = fittingVerdicts(target)
  if (facts.verdict === null || !fitting.includes(facts.verdict))
    return `The verdict is ${facts.verdict ?? 'not there yet'}: only what is ${fitting.join(' or ')} is written back so`
  const objections = findingsIn(target).map((id) => findingObjection(id, written, asked))
  return (
    objections.find((objection) => objection !== null) ??
    (target.kind === 'archive-filter' ? suppressionObjection(target, asked) : null)
  )
}

/** By its mode, or by a rule that names it. */
const isObserved = (account: string, { mode, overrides = [] }: Policy): boolean =>
  (mode.accounts[account] ?? mode.default) === 'observe' ||
  overrides.some(({ for: { accounts }, set }) => set.mode === 'observe' && accounts?.includes(account) === true)

function findingObjection(
  id: string,
  { source }: WrittenBack,
  { incident, policy, facts, now }: WriteBackAsked,
): string | null {
  const finding = facts.findings.find((one) => one.id === id && one.incident === incident)
  if (finding === undefined) return `Finding ${id} is none of incident ${incident} in that Region`
  if (source !== null && finding.source !== source) return `Finding ${id} is not one of GuardDuty’s`
  if (finding.attackSequence !== null || finding.isNamedPart) return `Finding ${id} belongs to an attack sequence`
  if (isObserved(finding.account, policy))
    return `Account ${finding.account}, whose finding ${id} is, is in mode observe`
  const until = Date.parse(finding.lastAt) + SETTLED_MS
  return Date.parse(now) >= until
    ? null
    : `The last version of finding ${id} is younger than 24 hours: not before ${new Date(until).toISOString()}`
}

/** A filter says what an entry in force says, of what its findings name, and nothing wider. */
function suppressionObjection({ suppression, match, findingIds }: ArchiveFilter, asked: WriteBackAsked): string | null {
  const { facts, now, policy } = asked
  const entry = facts.suppressions.find(({ id }) => id === suppression.entry)
  if (entry === undefined) return `The context in force has no suppression ${suppression.entry}`
  if (Date.parse(now) < Date.parse(entry.from) || Date.parse(now) >= Date.parse(entry.until))
    return `Suppression ${entry.id} is not in force: it is from ${entry.from} until ${entry.until}`
  if (suppression.owner !== entry.owner || suppression.reason !== entry.reason || suppression.until !== entry.until)
    return `Suppression ${entry.id} is of ${entry.owner} until ${entry.until}, for: ${entry.reason}`
  if (isObserved(match.accountId, policy)) return `Account ${match.accountId} is in mode observe`
  const stranger = facts.findings.find(
    ({ id, type, account, names }) =>
      findingIds.includes(id) && (type !== match.type || account !== match.accountId || !names.includes(match.value)),
  )
  return stranger === undefined
    ? null
    : `Finding ${stranger.id} is not ${match.type} in account ${match.accountId} about ${match.value}: the filter has to be made of what it says`
}
