import { modeIn, type Standing } from '#domain/account-standing'
import { freezeAt } from '#domain/calendar'
import { ladderFor } from '#domain/ladder'
import { placeOf, tierOfStep } from '#domain/plan-ruling'
import { type Policy, protectionAt } from '#domain/policy'
import { CATALOGUE, DEFAULT, type Decided, type Ruling, rule } from '#domain/ruling'
import { asksForCare, type Tags } from '#domain/tags'
import { eligibleCount } from '#domain/votes'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { everyone } from '#store/people/people'
import { accountFacts } from '#store/plans/gate-facts'
import { newestVersion, policyOf } from './policies.ts'
import { type LineOf, readPolicyFile } from './policy-file.ts'

/** What somebody wants explained. */
export interface Question {
  readonly account: string
  readonly action: string
  /** The name of the target. */
  readonly target: string
  readonly tags: Tags
  /** 0 to 10. */
  readonly severity: number
  /** Now when it is null. */
  readonly at: string | null
}

/** A value, the entry that decided it, and its line in the file; null where no line says it. */
interface Explained<T> {
  readonly value: T
  readonly by: string
  readonly line: number | null
}

/** What the policy in force says of an action on a target, and which of its lines say so. Throws `not_found` before there is a policy. */
export async function explainPolicy(db: Database, question: Question) {
  const version = await newestVersion(db)
  if (version === undefined) throw refusal('not_found', 'No policy is in force yet')
  const policy = await policyOf(db, version.policy)
  const account = await accountFacts(db, question.account)
  const at = question.at ?? (await clock(db))
  const { standing, ...place } = placeOf(question.account, account)
  const facts = { ...question, ...place, at }
  const pool = eligibleCount(await everyone(db), { proposer: '' })
  const ruled = rule(policy, { facts, least: tierOfStep(question), pool })
  const ruling = account === null ? ruled : { ...ruled, mode: registered(ruled.mode, standing) }
  const lines = linesOf(version.source)
  return {
    policy: version.policy,
    version: version.version,
    ...facts,
    isAccountKnown: account !== null,
    asksForCare: asksForCare(question.tags),
    ...explained(ruling, lines),
    protected: protectionIn(policy, question, lines),
    frozen: freezeAt(policy.freezes ?? [], facts) ?? null,
    ladder: lined(ladderFor(policy, facts), lines),
  }
}

/** What the account’s registration leaves of the mode: no line of the policy says it then. */
function registered(mode: Ruling['mode'], standing: Standing): Ruling['mode'] {
  const value = modeIn(mode, standing)
  return value === mode.value ? mode : { value, by: 'registration' }
}

/** The file was read when it came into force; the same reader reads it now. */
function linesOf(source: string): LineOf {
  const read = readPolicyFile(source)
  return read.kind === 'policy' ? read.lineOf : () => 0
}

function lined<T>({ value, by }: Decided<T>, lineOf: LineOf): Explained<T> {
  if (by === DEFAULT || by === CATALOGUE) return { value, by, line: null }
  const line = lineOf(by.split('.'))
  // What stands in no file has its value from Cordon itself.
  const isEntry = /^(quorum|clocks|mode|budgets|onTimeout|overrides|ladder)\b/.test(by) && by.includes('.')
  return { value, by: line === 0 && isEntry ? DEFAULT : by, line: line === 0 ? null : line }
}

function explained(ruling: Ruling, lineOf: LineOf) {
  const { groups, tier, mode, changeWindows, onTimeout } = ruling
  const [required, from] = [lined(ruling.required, lineOf), lined(ruling.from, lineOf)]
  const [decideBy, runBy] = [lined(ruling.decideByMs, lineOf), lined(ruling.runByMs, lineOf)]
  const explainedMode = lined(mode, lineOf)
  return {
    // Where nothing may be planned the mode decides, else the votes.
    line: mode.value === 'observe' || mode.value === 'recommend' ? explainedMode.line : required.line,
    mode: explainedMode,
    tier: lined(tier, lineOf),
    quorum: { ...required, value: { required: required.value, groups, from: from.value }, from },
    clocks: {
      line: decideBy.line,
      by: decideBy.by,
      value: { decideByMs: decideBy.value, runByMs: runBy.value },
      decideBy,
      runBy,
    },
    budgets: { automatic: lined(ruling.automatic, lineOf), approved: lined(ruling.approved, lineOf) },
    changeWindows: lined(changeWindows, lineOf),
    onTimeout: lined(onTimeout, lineOf),
  }
}

function protectionIn(policy: Policy, { account, target }: Question, lineOf: LineOf) {
  const index = protectionAt({ account, name: target }, policy)
  const protection = policy.protected[index]
  if (protection === undefined) return null
  const by = `protected.${index}`
  return { ...lined({ value: protection.name, by }, lineOf), instructions: protection.instructions }
}
