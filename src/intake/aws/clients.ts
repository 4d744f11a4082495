import type { GuardDutyClient } from '@aws-sdk/client-guardduty'
import type { SecurityHubClient } from '@aws-sdk/client-securityhub'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import { requestsTo } from '#activities/aws/fence'
import { createReaders, type Identity, type ReaderPlace } from '#activities/aws/readers'

const CONNECT_TIMEOUT_MS = 2_000
/** Longer than a long poll waits. */
const ANSWER_TIMEOUT_MS = 30_000
/** Reading again does no harm. */
const ATTEMPTS = 3

export interface IntakeAwsOptions {
  /** The only host that is ever called, when it is given; else AWS’s own endpoints. */
  readonly endpoint: string | undefined
  /** The hub’s identity that reads queues; without one, what AWS’s own chain finds. */
  readonly identity: Identity | undefined
}

/** Clients that read findings, and nothing that could change an account. */
export interface IntakeAws {
  readonly queueIn: (region: string) => SQSClient
  /** With the account’s reading role. Throws the errors of STS when it cannot be assumed. */
  readonly guardDutyIn: (place: ReaderPlace) => Promise<GuardDutyClient>
  readonly securityHubIn: (place: ReaderPlace) => Promise<SecurityHubClient>
}

export function createIntakeAws({ endpoint, identity }: IntakeAwsOptions): IntakeAws {
  const shared = requestsTo(endpoint, { connectMs: CONNECT_TIMEOUT_MS, answerMs: ANSWER_TIMEOUT_MS })
  const settingsIn = (region: string) => ({ ...shared, region, maxAttempts: ATTEMPTS })
  const hub = identity === undefined ? {} : { credentials: identity }
  const readers = createReaders((region) => new STSClient({ ...settingsIn(region), ...hub }))
  const asReader = async (place: ReaderPlace) => ({
    ...settingsIn(place.region),
    credentials: await readers.credentialsOf(place),
  })
  return {
    // The address in a queue’s URL is AWS’s own: behind an emulator it is the emulator that is called.
    queueIn: (region) => new SQSClient({ ...settingsIn(region), ...hub, useQueueUrlAsEndpoint: false }),
    // Each is large, and needed where something is polled only.
    async guardDutyIn(place) {
      const { GuardDutyClient } = await import('@aws-sdk/client-guardduty')
      return new GuardDutyClient(await asReader(place))
    },
    async securityHubIn(place) {
      const { SecurityHubClient } = await import('@aws-sdk/client-securityhub')
      return new SecurityHubClient(await asReader(place))
    },
  }
}
