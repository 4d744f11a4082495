import { plural } from './plural.ts'

/** What Cordon would do. */
export const runbooks = {
  title: 'Runbooks',
  hint: 'What Cordon does when it responds. The first runbook that handles a finding’s type responds; every change that it proposes still needs what the policy asks for.',
  build: 'Build in use',
  since: 'since',
  noBuild: 'No build is in use yet.',
  none: 'This build says nothing of its runbooks.',
  handles: 'Runs for findings of',
  handlesUnknown: 'what its code says',
  actions: 'Actions it may take',
  noActions: 'none: it only reads and asks people',
  author: 'Changed last by',
  authorUnknown: 'not known',
  noVote: 'no vote on its plans',
  responses: 'Responded to',
  responded: (count: number) => plural(count, 'incident'),
  last: 'last',
  columns: {
    action: 'Action',
    tier: 'Tier',
    undo: 'Can be undone',
    changes: 'Changes by',
    reads: 'Reads by',
  } as const,
  reversible: 'yes',
  irreversible: 'no',
  adds: 'no; it only adds',
} as const
