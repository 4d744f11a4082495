import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts'

/** The role that may read in each account; it trusts the executor’s identity. */
const READER_ROLE = 'CordonReader'
const SESSION_NAME = 'cordon-reader'
const SESSION_SECONDS = 900
/** A session is renewed while it still lives longer than the longest activity. */
const RENEW_BEFORE_MS = 5 * 60_000

export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

interface Credentials extends Identity {
  readonly sessionToken: string
}

interface Reader {
  readonly credentials: Promise<Credentials>
  /** Milliseconds since 1970 from which a new one is wanted. */
  readonly renewAt: number
}

export interface ReaderPlace {
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** Reading sessions, one an account, kept until they are about to end. Those who ask at once wait for the same one. */
export function createReaders(stsIn: (region: string) => STSClient) {
  const readers = new Map<string, Reader>()

  function renew(place: ReaderPlace): Reader {
    const credentials = assumeReader(stsIn(place.region), place)
    const reader = { credentials, renewAt: Date.now() + SESSION_SECONDS * 1000 - RENEW_BEFORE_MS }
    readers.set(place.account, reader)
    // A failure is told to whoever waits, and not kept for those who ask later.
    credentials.catch(() => readers.get(place.account) === reader && readers.delete(place.account))
    return reader
  }

  return {
    credentialsOf(place: ReaderPlace): Promise<Credentials> {
      const known = readers.get(place.account)
      return (known !== undefined && Date.now() < known.renewAt ? known : renew(place)).credentials
    },
    /** A session that is opened now: whoever looks at a role wants to know whether it can still be assumed. */
    freshCredentialsOf: (place: ReaderPlace): Promise<Credentials> => renew(place).credentials,
  }
}

async function assumeReader(sts: STSClient, { partition, account }: ReaderPlace): Promise<Credentials> {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${account}:role/${READER_ROLE}`,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
    }),
  )
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {}
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('STS answered without credentials')
  return { accessKeyId, secretAccessKey, sessionToken }
}
