import type { LogSeen } from './logs/log-state.ts'
import type { Reach } from './reach.ts'
import type { Ec2Instance, IamRole, Principal } from './targets.ts'

/** One call of a principal, as CloudTrail shows it. */
export interface ObservedCall {
  /** `AIDA…` of a user, `AROA…:session` of a role’s session. */
  readonly principalId: string
  readonly at: string
  readonly operation: string
  readonly isReadOnly: boolean
  readonly errorCode: string | null
  readonly sourceAddress: string | null
  readonly accessKeyId: string | null
  readonly resources: readonly string[]
}

/** What a principal did, and what could not be seen. */
export interface Activity {
  readonly calls: readonly ObservedCall[]
  readonly rolesAssumed: readonly IamRole[]
  /** What it created or changed: what recovery must settle. */
  readonly changes: readonly ObservedCall[]
  readonly from: string
  readonly to: string
  /** Sentences on what the source does not show. */
  readonly unseen: readonly string[]
}

/** An instance as AWS describes it, and what a containment of it must know. */
export interface InstanceDetails {
  readonly instance: Ec2Instance
  /** EC2’s own word, or `absent` when there is no such instance. */
  readonly state: string
  readonly launchedAt: string | null
  readonly image: string | null
  readonly type: string | null
  /** The role of its instance profile, or null. */
  readonly role: IamRole | null
  readonly autoScalingGroup: string | null
  readonly volumes: readonly string[]
  readonly addresses: readonly string[]
}

/** What a principal did by the organisation’s trail, or by the event history where the trail cannot be asked; `parts` says which. */
export interface TrailLook extends Activity {
  readonly parts: readonly LogSeen[]
}

/** What one network interface sent to or got from one address, added up. */
export interface Flow {
  readonly networkInterface: string
  readonly from: string
  readonly to: string
  /** The port at `to`. */
  readonly port: number
  /** IANA’s number: 6 is TCP. */
  readonly protocol: number
  /** `ACCEPT` or `REJECT`. */
  readonly action: string
  readonly packets: number
  readonly bytes: number
  /** ISO 8601. */
  readonly first: string
  readonly last: string
}

/** With whom an instance talked by VPC flow logs, the largest first. */
export interface FlowLook {
  readonly instance: Ec2Instance
  readonly flows: readonly Flow[]
  readonly from: string
  readonly to: string
  readonly parts: readonly LogSeen[]
  readonly unseen: readonly string[]
}

/** What a look into one of the organisation’s logs gave; `parts` says what kept it from being seen. */
export interface LogLook<Row> {
  readonly rows: readonly Row[]
  readonly from: string
  readonly to: string
  readonly parts: readonly LogSeen[]
  readonly unseen: readonly string[]
}

/** A name that an instance asked for, with how it was answered. */
export interface AskedName {
  readonly name: string
  /** `A`, `TXT` and the like. */
  readonly type: string
  /** `NOERROR`, `NXDOMAIN` and the like. */
  readonly code: string
  readonly queries: number
  /** ISO 8601. */
  readonly first: string
  readonly last: string
}

/** What was done to the objects of a bucket from one address, added up. */
export interface ObjectCalls {
  readonly operation: string
  readonly bucket: string
  readonly address: string | null
  readonly errorCode: string | null
  readonly calls: number
  /** Bytes that left the bucket. */
  readonly bytes: number
  /** ISO 8601. */
  readonly first: string
  readonly last: string
}

/** What somebody did in a cluster to one kind of thing from one address, added up. */
export interface ClusterCalls {
  readonly user: string
  readonly verb: string
  readonly resource: string
  readonly namespace: string | null
  readonly address: string | null
  /** HTTP’s status of the answer. */
  readonly code: number
  readonly calls: number
  /** ISO 8601. */
  readonly first: string
  readonly last: string
}

/** A cluster of EKS by its name, which is one of its account and Region. */
export interface EksCluster {
  readonly account: string
  readonly region: string
  readonly name: string
}

/** What a runbook may ask to be collected, and what it gets. One entry a collector in `activities/evidence`. */
export interface EvidenceKinds {
  readonly activityOf: {
    readonly question: { readonly principal: Principal; readonly hours: number }
    readonly answer: Activity
  }
  readonly instanceDetails: {
    readonly question: { readonly instance: Ec2Instance }
    readonly answer: InstanceDetails
  }
  readonly reachOf: {
    readonly question: { readonly principal: Principal }
    readonly answer: Reach
  }
  readonly trailOf: {
    readonly question: { readonly principal: Principal; readonly hours: number }
    readonly answer: TrailLook
  }
  readonly flowsOf: {
    readonly question: { readonly instance: Ec2Instance; readonly hours: number }
    readonly answer: FlowLook
  }
  readonly namesOf: {
    readonly question: { readonly instance: Ec2Instance; readonly hours: number }
    readonly answer: LogLook<AskedName>
  }
  readonly objectsOf: {
    readonly question: { readonly principal: Principal; readonly hours: number }
    readonly answer: LogLook<ObjectCalls>
  }
  readonly clusterCallsOf: {
    readonly question: { readonly cluster: EksCluster; readonly hours: number }
    readonly answer: LogLook<ClusterCalls>
  }
}

export type EvidenceKind = keyof EvidenceKinds

export interface EvidenceRequest<Kind extends EvidenceKind = EvidenceKind> {
  readonly kind: Kind
  readonly question: EvidenceKinds[Kind]['question']
}

/** What recovery must settle: things that the principal created or changed, a sentence each. */
export function leftBehind<Kind extends EvidenceKind>(
  kind: Kind,
  answer: EvidenceKinds[Kind]['answer'],
): readonly string[] {
  return leavers[kind](answer)
}

const changesLeft = ({ changes }: Activity): readonly string[] =>
  changes.map(
    ({ operation, resources, at }) =>
      `Remove, keep by name or show as benign what ${operation} changed at ${at}: ${resources.join(', ') || 'see CloudTrail'}`,
  )

const leavers: { readonly [Kind in EvidenceKind]: (answer: EvidenceKinds[Kind]['answer']) => readonly string[] } = {
  activityOf: changesLeft,
  instanceDetails: () => [],
  reachOf: () => [],
  trailOf: changesLeft,
  flowsOf: () => [],
  namesOf: () => [],
  objectsOf: () => [],
  clusterCallsOf: () => [],
}
