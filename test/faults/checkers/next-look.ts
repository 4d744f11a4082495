const looks: Readonly<Record<string, string>> = {
  I1: 'the permit and its events (tables.permit, permit.given and permit.resumed in the log), the votes, the session’s tags in state.session',
  I2: 'the writes of that step in calls.json, the permit’s outcome, and the twin’s document of the same name',
  I3: 'the permit that made it, and how its plan and the undo of it ended',
  I4: 'tables.finding_version and quarantine, and the client’s calls around that time',
  I5: 'the undo’s permit beside the permit of the plan that it undoes, and who else wrote to the target',
  I6: 'tables.vote, comment and plan_request, and the client’s call with its answer',
  I7: 'the plan’s closed_at beside the events permit.given and permit.resumed',
  I8: 'the events of that plan, step or incident in the order of their numbers',
  I9: 'tables.verification of the plan, and the reads of CordonReader around each round',
  I10: 'the permits of that account by time, and budgets in the policy of the plan',
  I11: 'the call in calls.json, and the protected list of the policy',
  I12: 'tables.wake, the open tasks and plans of the incident, and the end of its history',
  I13: 'the entry in tables.audit_entry and its leaf; the transaction that should have told of it',
  I14: 'the history in histories.json; replay it with `npx vitest run --project replay` beside the change of the workflow',
  I15: 'the place that is named; what wrote there must leave the secret out',
  I16: 'the history’s events by type: what grows without an end',
  I17: 'tables.page and delivery, and what the receiver got in pages.json',
  coverage: 'the fault’s point: it was planned and never hit',
}

/** Where whoever finds a violation looks next. */
export const nextLook = (invariant: string): string => looks[invariant] ?? 'the files of the run'
