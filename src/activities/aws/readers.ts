import { randomUUID } from 'node:crypto'
import { AssumeRoleCommand, type STSClient, STSServiceException } from '@aws-sdk/client-sts'
import { READER } from '#domain/roles/account-roles'

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
  /** What the account’s roles ask for; null behind an emulator that asks for nothing. Never logged. */
  readonly externalId: string | null
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
    /** Tries to open the role as somebody who does not know the ExternalId would; how it could be opened, in phrases. Throws what is no “no”. */
    async looselyOpened(place: ReaderPlace): Promise<readonly string[]> {
      if (place.externalId === null) return []
      const ways = [
        { externalId: null, how: 'without the account’s ExternalId' },
        { externalId: randomUUID(), how: 'with another ExternalId' },
      ]
      const opened = await Promise.all(
        ways.map(async ({ externalId, how }) =>
          (await canBeOpened(stsIn(place.region), { ...place, externalId })) ? [how] : [],
        ),
      )
      return opened.flat()
    },
  }
}

async function canBeOpened(sts: STSClient, place: ReaderPlace): Promise<boolean> {
  try {
    await assumeReader(sts, place)
    return true
  } catch (error) {
    if (error instanceof STSServiceException && error.name === 'AccessDenied') return false
    throw error
  }
}

async function assumeReader(sts: STSClient, { partition, account, externalId }: ReaderPlace): Promise<Credentials> {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${account}:role/${READER}`,
      ...(externalId === null ? {} : { ExternalId: externalId }),
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
    }),
  )
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {}
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('STS answered without credentials')
  return { accessKeyId, secretAccessKey, sessionToken }
}
