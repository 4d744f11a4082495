/** Cordon’s own rules, and the freeze. */
export const rules = {
  freeze: 'Freeze',
  freezeHint:
    'Stops every change within a second, for four hours, and calls every approver. Two people of different groups lift it.',
  freezeByPasskey: 'Your passkey signs it, when you have one; to lift it needs one.',
  freezeAccount: 'Only in this account (12 digits; empty is everywhere)',
  freezeNow: 'Freeze changes now',
  frozen: 'Frozen now',
  notFrozen: 'Nothing is frozen.',
  everywhere: 'Everywhere',
  liftFreeze: 'Ask for the lift',
  liftAskedBy: (person: string) => `${person} asked for the lift: one more person of another group is needed.`,
  change: 'Change',
  changes: 'Rules',
  changesHint: 'What people change of Cordon’s own rules. Two approvers of two groups decide, never who proposed it.',
  noChanges: 'Nobody has proposed a change.',
  different: 'What it makes different',
  thinkOf: 'Think of',
} as const
