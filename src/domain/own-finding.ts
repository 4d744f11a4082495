import { type Finding, findingKey } from './finding.ts'

/** Of what Cordon notices itself, or a person tells it. Medium: a person looks at it, and nothing happens by itself. */
const SEVERITY_MILLI = 5000

/** What became of the way in which findings come, or a person’s suspicion: what is to be said of it. */
export interface Noticed {
  readonly source: 'cordon' | 'person'
  /** The same for what is to be one incident. */
  readonly id: string
  readonly type: OwnType
  /** Twelve digits, or where it is in a person’s words. */
  readonly account: string
  readonly region: string
  readonly title: string
  readonly description: string
  /** ISO 8601. */
  readonly at: string
}

/** The types of findings that no detector makes. */
export const ownTypes = ['Intake:Cordon/Unreadable', 'Intake:Cordon/Silence', 'Report:Person/Suspicion'] as const
export type OwnType = (typeof ownTypes)[number]

/** The finding that says it. It names no target: nothing is planned because of it alone. */
export const ownFinding = ({ source, id, type, account, region, title, description, at }: Noticed): Finding => ({
  key: findingKey(account, region, id),
  id,
  source,
  type,
  account,
  region,
  severityMilli: SEVERITY_MILLI,
  title,
  description,
  createdAt: at,
  updatedAt: at,
  count: 1,
  isSample: false,
  credential: { kind: 'unknown', account },
  instance: null,
  remoteAddress: null,
  api: null,
  userAgent: null,
})
