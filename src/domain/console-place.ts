/**
 * Every page of the console by its address; `:id` is one part of it. The api serves these addresses and the console
 * shows them, so that each page works by its own address and any other is said to be none.
 */
export const consolePlaces = {
  now: '/',
  incidents: '/incidents',
  incident: '/incidents/:id',
  plan: '/plans/:id',
  changes: '/changes',
  change: '/changes/:id',
  freeze: '/freeze',
  coverage: '/coverage',
  numbers: '/numbers',
  runbooks: '/runbooks',
  policy: '/policy',
  drills: '/drills',
  drill: '/drills/:id',
  audit: '/audit',
  auditEntry: '/audit/:id',
  signIn: '/sign-in',
  setUp: '/set-up',
  account: '/account',
  investigations: '/investigations',
  investigation: '/investigations/:id',
  findings: '/findings',
  finding: '/findings/:id',
  quarantine: '/quarantine',
  accounting: '/accounting',
  triage: '/triage',
  suppressions: '/suppressions',
  problems: '/problems',
  cases: '/cases',
  context: '/context',
  people: '/people',
  report: '/report',
} as const satisfies Readonly<Record<string, `/${string}`>>

export type ConsolePlace = keyof typeof consolePlaces
