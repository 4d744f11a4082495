export interface Quorum {
  readonly given: number
  readonly required: number
  readonly eligible: number
  /** Groups of which each must approve. */
  readonly from?: readonly string[] | undefined
}

/** Plans and votes. */
export const plans = {
  yourVote: 'Your vote',
  votesByPasskey: 'Your passkey signs exactly this plan and your decision.',
  reason: 'Reason',
  decisions: { approve: 'Approve', deny: 'Deny', hold: 'Hold' },
  readOnly: 'Decide with the command:',
  noVotes: 'none yet',
  plan: 'Plan',
  phrase: 'Phrase',
  hash: 'Hash',
  tier: 'Tier',
  steps: 'Steps',
  before: 'Before',
  via: 'For a moment',
  after: 'After',
  nothing: 'nothing',
  residual: 'Not cut',
  blastRadius: 'Also touched',
  quorum: 'Quorum',
  quorumOf: ({ given, required, eligible, from = [] }: Quorum) =>
    `${given} of ${required}${from.length > 0 ? `, one of each of ${from.join(', ')}` : ''}; ${eligible} may vote`,
  votes: 'Votes',
  decideBy: 'Decide by',
  runBy: 'Run by',
  runsFor: (minutes: number) => `${minutes} min after the decision`,
  proposer: 'Proposed by',
  authors: 'Runbook by',
  noVoteOf: (authors: readonly string[]) => `${authors.join(', ')}, who wrote it and has no vote`,
  made: 'made',
  undo: 'undo',
  irreversible: 'cannot be undone',
  readBack: 'Read back',
  asPlanned: 'as planned',
} as const
