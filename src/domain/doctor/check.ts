/** What `cordon doctor` looks at, by the name of the check. Names of accounts and Regions follow after a slash. */
export const checkKinds = {
  environment: 'Whether the variables of the environment can be read',
  home: 'Whether an installation runs in the home',
  port: 'Who has the port of the page and the API while nothing of the home runs',
  cordon: 'Whether the API answers at its address',
  'sign-in': 'Whether the token is valid and may ask the doctor',
  database: 'Whether Postgres answers, and is new enough',
  schema: 'Whether the database has this version’s tables',
  temporal: 'Whether the Temporal server answers, and is new enough',
  namespace: 'Whether the Temporal server has the namespace',
  retention: 'Whether it keeps histories for as long as auditors may ask',
  build: 'Whether new incidents have workflows to run on, the same for the record and for Temporal',
  worker: 'Whether somebody takes the workflows of that build',
  executor: 'Whether somebody takes what is to be done in accounts',
  simulator: 'Whether the simulated accounts answer',
  clock: 'Whether the clocks of this machine, the database, the Temporal server and AWS agree',
  aws: 'Whether the executor has an identity that AWS knows',
  reader: 'Whether CordonReader of the account can be assumed, and may read what the actions need',
  responder:
    'Whether CordonResponder is there, trusts the hub for all that a session needs, and may do what the actions need',
  restorer:
    'Whether CordonRestorer is there, trusts the hub for all that a session needs, and may do what takes changes back',
  limits:
    'Whether the roles of the account can be opened by the hub alone, with its ExternalId, and allow no more than declared',
  intake: 'Whether everything that findings are pulled from is heard',
  coverage: 'Whether all that GuardDuty made came, and nothing keeps it from making or sending findings',
  guardduty: 'Whether GuardDuty is on in the Region, and tells of repeated findings every 15 minutes',
} as const

export type CheckKind = keyof typeof checkKinds

/** One thing that was looked at. */
export interface Check {
  readonly name: CheckKind | `${CheckKind}/${string}`
  readonly ok: boolean
  /** What was found; the cause when it is not well. */
  readonly text: string
  /** One step, a command where there is one; null when nothing needs doing. */
  readonly next: string | null
}

/** What was found, and what could not be looked at. */
export interface Diagnosis {
  readonly checks: readonly Check[]
  readonly notes: readonly string[]
}

export const well = (name: Check['name'], text: string): Check => ({ name, ok: true, text, next: null })

export const ill = (name: Check['name'], text: string, next: string): Check => ({ name, ok: false, text, next })
