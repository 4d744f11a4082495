/**
 * What each process may do with each table: the trust table of the design, as rights.
 * Only the api may insert votes; only the gate may write permits; nobody may change or delete what the log holds.
 */
export const processRoles = ['api', 'worker', 'gate', 'executor', 'sealer', 'intake'] as const
export type ProcessRole = (typeof processRoles)[number]

export const databaseRole = (role: ProcessRole): string => `cordon_${role}`

type Rights = Readonly<Record<string, readonly string[]>>

const everything = [
  'person',
  'policy',
  'policy_version',
  'account',
  'build',
  'incident',
  'finding',
  'finding_version',
  'quarantine',
  'sequence_part',
  'regrouping',
  'wake',
  'verb_call',
  'task',
  'page',
  'delivery',
  'comment',
  'mention',
  'appeal',
  'evidence',
  'plan_request',
  'plan',
  'plan_step',
  'verification',
  'vote',
  'break_glass',
  'permit',
  'containment',
  'lease',
  'freeze_order',
  'breaker',
  'delegation',
  'drill',
  'source',
  'backfill',
  'reread',
  'coverage',
  'coverage_gap',
  'coverage_look',
  'archived_finding',
  'key_owner',
  'change',
  'change_vote',
  'context_version',
  'context_use',
  'reputation_list',
  'reputation_indicator',
  'claim',
  'analyst_verdict',
  'question',
  'answer',
  'review',
  'problem',
  'problem_incident',
  'log_source',
  'audit_entry',
] as const

const read = (tables: readonly string[]): Rights => Object.fromEntries(tables.map((table) => [table, ['select']]))

const telling: Rights = { audit_entry: ['select', 'insert'], audit_pending: ['insert'] }

/** Every process compares its version with that of the tables before it does anything, and the doctor says what is missing. */
const comparing: Rights = { kysely_migration: ['select'] }

export const rights: Readonly<Record<ProcessRole, Rights>> = {
  api: {
    ...read(everything),
    ...telling,
    ...comparing,
    // Auditors see what is sealed, and what waits for it.
    audit_pending: ['select', 'insert'],
    audit_leaf: ['select'],
    // Never deleted: votes name theirs, and the gate looks them up.
    session: ['select', 'insert', 'update (expires_at)'],
    person: ['select', 'insert', 'update (name, roles, groups, email, disabled_at)'],
    person_change: ['select', 'insert', 'update (status, confirmer, decided_at)'],
    password: ['select', 'insert', 'update', 'delete'],
    setup_link: ['select', 'insert', 'update (used_at)'],
    sign_in_attempt: ['select', 'insert', 'update', 'delete'],
    api_token: ['select', 'insert', 'update (revoked_at, last_used_at)'],
    identity: ['select', 'insert'],
    oidc_sign_in: ['select', 'insert', 'delete'],
    // Never its key or its person: those are as they were enrolled.
    passkey: ['select', 'insert', 'update (counter, confirmed_at, confirmed_by, revoked_at, last_used_at)'],
    challenge: ['select', 'insert', 'update (used_at)', 'delete'],
    checkpoint: ['select'],
    incident: ['select', 'insert', 'update'],
    finding: ['select', 'insert', 'update'],
    finding_version: ['select', 'insert'],
    quarantine: ['select', 'insert', 'update (read_at, finding)'],
    sequence_part: ['select', 'insert', 'update (compared_at)'],
    key_owner: ['select', 'insert'],
    // Never what was moved, nor by whom.
    regrouping: ['select', 'insert', 'update (undone_by, undone_at)'],
    wake: ['select', 'insert', 'update'],
    comment: ['select', 'insert'],
    mention: ['select', 'insert', 'update (read_at)'],
    // Never who asked whom, nor why.
    appeal: ['select', 'insert', 'update (status, answered_by, ended_at)'],
    task: ['select', 'insert', 'update'],
    // Whoever closes an incident takes back what is on its way; who acts alone, or freezes, calls the others.
    page: ['select', 'insert', 'update (status, digest)'],
    delivery: ['select', 'insert', 'update (status, problem, at)'],
    plan_request: ['select', 'insert'],
    plan: ['select', 'update (status, status_reason, approved_at, run_by, closed_at)'],
    vote: ['select', 'insert'],
    break_glass: ['select', 'insert', 'update (reminded_at, reviewed_by, reviewed_at, review)'],
    // Never for how long policy gave it.
    lease: ['select', 'update (until, warned_for, ended_for, renewed_by, renewed_at, reason)'],
    account: [
      'select',
      'insert',
      'update (name, environment, partition, regions, organizational_unit, administrator, connected_at)',
    ],
    // What people decided about Cordon's own rules. Never what was proposed, nor by whom.
    change: ['select', 'insert', 'update (status, status_reason, closed_at)'],
    change_vote: ['select', 'insert'],
    policy: ['select', 'insert'],
    policy_version: ['select', 'insert'],
    context_version: ['select', 'insert'],
    // Never what it says, nor until when.
    reputation_list: ['select', 'insert', 'update (ended_at)'],
    // Those of a version that another one replaced: the list itself has them still.
    reputation_indicator: ['select', 'insert', 'delete'],
    freeze_order: ['select', 'insert', 'update'],
    // Never who, for whom or until when.
    delegation: ['select', 'insert', 'update (revoked_at)'],
    drill: ['select', 'insert', 'update'],
    source: ['select', 'insert', 'update'],
    push_nonce: ['select', 'insert', 'delete'],
    backfill: ['select', 'insert'],
    // As its own configuration says.
    log_source: ['select', 'insert', 'delete'],
    reread: ['select', 'insert', 'update'],
    // Never whose it is, nor what somebody said.
    claim: ['select', 'insert', 'update (until, ended_at, ended_how)'],
    analyst_verdict: ['select', 'insert'],
    question: ['select', 'insert'],
    answer: ['select', 'insert'],
    review: ['select', 'update (withdrawn_at, reviewer, outcome, note, reviewed_at)'],
    problem: ['select', 'insert', 'update (owner, cause, explained_by, explained_at)'],
    problem_incident: ['select', 'insert'],
  },
  worker: {
    ...read(everything.filter((table) => table !== 'vote')),
    ...telling,
    ...comparing,
    vote: ['select'],
    // Never who wrote its runbooks.
    build: ['select', 'insert', 'update (activated_at)'],
    // Not which policy and build are in force: those are frozen when the episode begins.
    incident: [
      'select',
      'update (status, phase, verdict, verdict_by, reasons, confidence, priority, priority_terms, answer_by, runbook, title, updated_at)',
    ],
    context_use: ['select', 'insert', 'update (at)'],
    review: ['select', 'insert', 'update (withdrawn_at)'],
    problem: ['select', 'insert'],
    problem_incident: ['select', 'insert'],
    wake: ['select', 'insert', 'update'],
    episode_run: ['select', 'insert'],
    verb_call: ['select', 'insert', 'update'],
    task: ['select', 'insert', 'update'],
    page: ['select', 'insert', 'update (status)'],
    delivery: ['select', 'insert', 'update'],
    // That nobody took an incident over in time; never an answer.
    appeal: ['select', 'update (status)'],
    evidence: ['select', 'insert'],
    // Inserted where nobody decided a plan: what comes of it is a plan, which the worker may store anyway.
    plan_request: ['select', 'insert', 'update'],
    // Never the bytes, the proposer or the clocks.
    plan: ['select', 'insert', 'update (status, status_reason, closed_at, superseded_by)'],
    plan_step: ['select', 'insert', 'update'],
    verification: ['select', 'insert'],
    archived_finding: ['select', 'insert', 'update', 'delete'],
    containment: ['select', 'insert', 'update'],
    // That it begins; people renew it.
    lease: ['select', 'insert'],
  },
  gate: {
    ...read(['person', 'policy', 'account', 'build', 'incident', 'plan', 'plan_step', 'vote', 'freeze_order']),
    ...read(['policy_version', 'change', 'change_vote', 'break_glass', 'delegation', 'finding', 'drill']),
    ...telling,
    ...comparing,
    session: ['select'],
    passkey: ['select'],
    // When the findings that a step writes about were last heard of, and never what came.
    finding_version: ['select (finding, updated_at, received_at)'],
    sequence_part: ['select'],
    // What a filter at a producer may say.
    context_version: ['select'],
    permit: ['select', 'insert', 'update'],
    breaker: ['select', 'insert'],
  },
  executor: {
    ...read(['plan', 'plan_step', 'permit', 'account', 'incident', 'policy', 'finding', 'reread']),
    ...comparing,
  },
  sealer: {
    ...comparing,
    audit_entry: ['select'],
    audit_pending: ['select', 'delete'],
    audit_leaf: ['select', 'insert'],
    audit_edge: ['select', 'insert', 'update', 'delete'],
    checkpoint: ['select', 'insert'],
  },
  intake: {
    // A finding may begin the next episode of its incident. Nobody's vote, plan or page.
    ...read(['policy', 'policy_version', 'build', 'account', 'containment']),
    ...telling,
    ...comparing,
    incident: [
      'select',
      'insert',
      'update (severity_milli, status, phase, episode, build, policy_digest, verdict, reasons, acknowledged_by, acknowledged_at, closed_at, closure_code, updated_at)',
    ],
    finding: ['select', 'insert', 'update'],
    finding_version: ['select', 'insert'],
    quarantine: ['select', 'insert', 'update (read_at, finding)'],
    // What is merged for it is the api’s to merge: that ends plans and pages.
    sequence_part: ['select', 'insert'],
    key_owner: ['select', 'insert'],
    wake: ['select', 'insert', 'update (requested, requested_at)'],
    source: ['select', 'insert', 'update'],
    backfill: ['select', 'update (found, problem, done_at)'],
    reread: ['select', 'insert', 'update'],
    coverage: ['select', 'insert', 'update'],
    coverage_gap: ['select', 'insert', 'update', 'delete'],
    coverage_look: ['select', 'insert', 'update'],
    archived_finding: ['select', 'update (unarchived_at)'],
  },
}
