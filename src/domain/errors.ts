/** Who acts next after a failure of a kind. */
export type NextActor = 'caller' | 'operator' | 'responder' | 'nobody' | 'us'

interface ErrorKind {
  readonly means: string
  /** HTTP status, where a caller can meet it. */
  readonly http: number
  /** Whether the same call may succeed later without anybody's doing. */
  readonly retry: 'never' | 'later'
  readonly actor: NextActor
}

const refusedByGate = { http: 409, retry: 'never', actor: 'responder' } as const

/** Every way in which something can fail. Nothing fails in a way that is not listed here. */
export const errorKinds = {
  invalid_input: { means: 'The request does not fit its schema', http: 400, retry: 'never', actor: 'caller' },
  not_authenticated: { means: 'No valid sign-in came with the request', http: 401, retry: 'never', actor: 'caller' },
  not_permitted: { means: 'This person or token may not do that', http: 403, retry: 'never', actor: 'caller' },
  passkey_missing: {
    means: 'Policy asks for a passkey, and no valid assertion came with the request',
    http: 403,
    retry: 'never',
    actor: 'caller',
  },
  not_found: { means: 'There is no such thing', http: 404, retry: 'never', actor: 'caller' },
  conflict: { means: 'It was already decided, closed or changed', http: 409, retry: 'never', actor: 'caller' },
  too_large: { means: 'The request is larger than is accepted', http: 413, retry: 'never', actor: 'caller' },
  unprocessable: {
    means: 'The request is well formed and cannot be carried out',
    http: 422,
    retry: 'never',
    actor: 'caller',
  },
  person_unknown: { means: 'There is nobody of that name, and no group', http: 422, retry: 'never', actor: 'caller' },
  person_inactive: { means: 'The person has no access any more', http: 422, retry: 'never', actor: 'caller' },
  group_empty: { means: 'Nobody in the group can answer', http: 422, retry: 'never', actor: 'caller' },
  throttled: { means: 'AWS or Cordon asks to slow down', http: 429, retry: 'later', actor: 'nobody' },
  unavailable: { means: 'A part that is needed cannot be reached', http: 503, retry: 'later', actor: 'operator' },
  internal: { means: 'A bug in Cordon', http: 500, retry: 'later', actor: 'us' },

  target_gone: {
    means: 'The AWS resource of this identity no longer exists',
    http: 409,
    retry: 'never',
    actor: 'nobody',
  },
  access_denied: { means: 'Cordon’s role lacks a permission', http: 409, retry: 'never', actor: 'operator' },
  not_reversible: { means: 'What was done cannot be undone by AWS', http: 422, retry: 'never', actor: 'responder' },
  limit_reached: { means: 'An AWS limit leaves no room for the change', http: 409, retry: 'never', actor: 'responder' },
  unverified: {
    means: 'The calls succeeded and the read-back disagrees',
    http: 409,
    retry: 'never',
    actor: 'responder',
  },
  runbook_diverged: {
    means: 'The runbook asked for something that its records do not show',
    http: 409,
    retry: 'never',
    actor: 'responder',
  },
  runbook_failed: { means: 'The runbook threw an error', http: 500, retry: 'never', actor: 'responder' },

  frozen: { ...refusedByGate, means: 'Changes are frozen', retry: 'later' },
  plan_altered: { ...refusedByGate, means: 'The stored plan is not the plan that was approved' },
  policy_changed: {
    ...refusedByGate,
    means: 'The plan was made under another policy than the one frozen for the incident',
  },
  build_unknown: { ...refusedByGate, means: 'The plan names a build that Cordon does not know' },
  catalogue_changed: { ...refusedByGate, means: 'The plan was made with another catalogue of actions' },
  vote_forged: { ...refusedByGate, means: 'A vote does not belong to a sign-in of its person', actor: 'operator' },
  vote_unproven: {
    ...refusedByGate,
    means: 'A vote lacks the proof by passkey that policy asks for',
    actor: 'operator',
  },
  denied: { ...refusedByGate, means: 'Somebody denied the plan' },
  on_hold: { ...refusedByGate, means: 'Somebody holds the plan', retry: 'later' },
  quorum_lost: { ...refusedByGate, means: 'Too few eligible people still approve', retry: 'later' },
  quorum_missing: { ...refusedByGate, means: 'Too few eligible people approved' },
  decided_late: { ...refusedByGate, means: 'The quorum came after decide-by' },
  run_by_passed: { ...refusedByGate, means: 'The time in which the plan may run is over' },
  target_locked: { ...refusedByGate, means: 'Another plan is changing the same target', retry: 'later' },
  sample_only: {
    ...refusedByGate,
    means: 'The incident has no finding but samples of a detector, which no plan may be about outside a drill',
  },
  unattested: {
    ...refusedByGate,
    means: 'A finding of the incident was not confirmed by its producer, and nobody voted on the plan',
  },
  write_back_barred: {
    ...refusedByGate,
    means:
      'Policy, the verdict, the age of the finding or its attack sequence keeps it from being written back to its producer',
  },
  target_protected: { ...refusedByGate, means: 'Policy protects the target: manual action needed' },
  calendar_frozen: { ...refusedByGate, means: 'Policy’s calendar freezes changes at this time', retry: 'later' },
  window_closed: {
    ...refusedByGate,
    means: 'It is not the time in which policy lets such changes run',
    retry: 'later',
  },
  budget_spent: { ...refusedByGate, means: 'The account’s budget of changes is used up for now', retry: 'later' },
  breaker_open: {
    ...refusedByGate,
    means: 'Cordon used up what it may do by itself in the account, and nobody voted on the plan',
  },
  out_of_order: { ...refusedByGate, means: 'An earlier step of the plan is not done' },
  drifted: { ...refusedByGate, means: 'The target is no longer as the plan describes it' },
  attempts_spent: { ...refusedByGate, means: 'The permit of the step was renewed as often as it may be' },
  attempt_fenced: { ...refusedByGate, means: 'A newer attempt at the step has taken over' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorKinds, text)
}
