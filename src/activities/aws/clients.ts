import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient } from '@aws-sdk/client-iam'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import type { StepCredentials } from '#domain/permit'
import { type CallerSeen, whoAmI } from './caller.ts'
import { requestsTo } from './fence.ts'
import { keptSessions } from './kept-sessions.ts'
import { createReaders, type Identity, type ReaderPlace } from './readers.ts'
import { repeating } from './repeating.ts'
import type {
  InspectionSession,
  LazyAthena,
  LazyGuardDuty,
  LazySecurityHub,
  ReadSession,
  SessionPlace,
  WriteSession,
} from './sessions.ts'

/** Below the heartbeat’s patience, so that a silent endpoint is noticed as “unknown” and not as a dead executor. */
const CONNECT_TIMEOUT_MS = 2_000
const ANSWER_TIMEOUT_MS = 10_000
/** Together within the patience of an activity, whatever share of the calls is throttled. */
const READING = { throttled: 30, unknown: 2 }
/** A write that got no answer may have happened: what is repeated is decided after a read-back. One that waits long may come too late. */
const WRITING = { throttled: 5, unknown: 1 }

export interface AwsOptions {
  /** The only host that is ever called, when it is given; else AWS’s own endpoints. */
  readonly endpoint: string | undefined
  /** The hub’s read-only identity; without one, what AWS’s own chain finds. */
  readonly identity: Identity | undefined
}

/** The one maker of AWS clients. */
export interface Aws {
  /** Throws the errors of STS when the account’s reading role cannot be assumed. */
  readonly read: (place: SessionPlace & ReaderPlace) => Promise<ReadSession>
  /** As `read`, for a look at the account’s settings. */
  readonly inspect: (place: ReaderPlace) => Promise<InspectionSession>
  /** Asks STS whom it takes the hub’s identity for. Throws its errors. */
  readonly whoAmI: (region: string) => Promise<CallerSeen>
  /** In which ways somebody who does not know the account’s ExternalId could open its reading role. Throws the errors of STS that are no “no”. */
  readonly looselyOpened: (place: ReaderPlace) => Promise<readonly string[]>
  readonly write: (place: SessionPlace, credentials: StepCredentials) => WriteSession
  /** Behind an address that is not AWS’s, roles that nobody made can be assumed all the same. */
  readonly isEmulated: boolean
}

export function createAws({ endpoint, identity }: AwsOptions): Aws {
  const shared = requestsTo(endpoint, { connectMs: CONNECT_TIMEOUT_MS, answerMs: ANSWER_TIMEOUT_MS })
  const hub = identity === undefined ? {} : { credentials: identity }
  const stsIn = (region: string) => new STSClient({ ...shared, ...hub, region, retryStrategy: repeating(READING) })
  const readers = createReaders(stsIn)
  const sessions = keptSessions()
  const settingsFor = ({ region, incident }: SessionPlace) => ({
    ...shared,
    region,
    customUserAgent: userAgent(incident),
  })

  return {
    isEmulated: endpoint !== undefined,
    async read(place) {
      const credentials = await readers.credentialsOf(place)
      return sessions.of(place, credentials, () => {
        const settings = { ...settingsFor(place), credentials, retryStrategy: repeating(READING) }
        return {
          partition: place.partition,
          ...changeable(settings),
          trail: new CloudTrailClient(settings),
          athena: lazyAthena(settings),
        }
      })
    },
    async inspect(place) {
      // It is large, and seldom needed.
      const { GuardDutyClient } = await import('@aws-sdk/client-guardduty')
      const credentials = await readers.freshCredentialsOf(place)
      const settings = {
        ...settingsFor({ ...place, incident: 'doctor' }),
        credentials,
        retryStrategy: repeating(READING),
      }
      return {
        iam: new IAMClient(settings),
        detectorsIn: (region) => new GuardDutyClient({ ...settings, region }),
      }
    },
    looselyOpened: readers.looselyOpened,
    whoAmI: (region) => whoAmI(stsIn(region)),
    write(place, { accessKeyId, secretAccessKey, sessionToken }) {
      const credentials = { accessKeyId, secretAccessKey, sessionToken }
      const settings = { ...settingsFor(place), credentials, retryStrategy: repeating(WRITING) }
      // The one place where the brand is given: its credentials are the gate’s.
      return changeable(settings) as WriteSession
    },
  }
}

type Settings = NonNullable<ConstructorParameters<typeof IAMClient>[0]>

/** Clients of the services that actions change. */
const changeable = (settings: Settings) => ({
  iam: new IAMClient(settings),
  secrets: new SecretsManagerClient(settings),
  ec2: new EC2Client(settings),
  autoScaling: new AutoScalingClient(settings),
  ssm: new SSMClient(settings),
  guardDuty: lazyGuardDuty(settings),
  securityHub: lazySecurityHub(settings),
})

function lazyGuardDuty(settings: Settings): LazyGuardDuty {
  let client: ReturnType<LazyGuardDuty> | undefined
  return () => (client ??= import('@aws-sdk/client-guardduty').then(({ GuardDuty }) => new GuardDuty(settings)))
}

function lazySecurityHub(settings: Settings): LazySecurityHub {
  let client: ReturnType<LazySecurityHub> | undefined
  return () => (client ??= import('@aws-sdk/client-securityhub').then(({ SecurityHub }) => new SecurityHub(settings)))
}

function lazyAthena(settings: Settings): LazyAthena {
  let client: ReturnType<LazyAthena> | undefined
  return () => (client ??= import('@aws-sdk/client-athena').then(({ AthenaClient }) => new AthenaClient(settings)))
}

const userAgent = (incident: string): [string, string][] => [['cordon', incident]]
