import { randomBytes } from 'node:crypto'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'

/** A user of a simulated production account whose key somebody else has. */
export interface Victim {
  readonly account: string
  readonly name: string
  readonly userId: string
  readonly keyId: string
}

/** The account of the drills. */
export const ACCOUNT = '111122223333'
const AT_ONCE = 8

/** Where the account is, and its administrator. */
export interface VictimsPlace {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Makes users with a key each. */
export async function makeVictims({ endpoint, credentials }: VictimsPlace, count: number): Promise<readonly Victim[]> {
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials })
  const victims: Victim[] = []
  const tag = randomBytes(4).toString('hex')
  const makeSome = async (): Promise<void> => {
    while (victims.length < count) {
      const name = `bench-${tag}-${victims.length}`
      const place = victims.push({ account: ACCOUNT, name, userId: '', keyId: '' }) - 1
      const { User } = await iam.send(new CreateUserCommand({ UserName: name }))
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
      victims[place] = { account: ACCOUNT, name, userId: User?.UserId ?? '', keyId: AccessKey?.AccessKeyId ?? '' }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, makeSome))
  iam.destroy()
  return victims
}

/** What GuardDuty reports of a stolen key, as its API answers it. */
export function keyFinding({ account, name, userId, keyId }: Victim): object {
  const id = randomBytes(16).toString('hex')
  const now = new Date().toISOString()
  return {
    SchemaVersion: '2.0',
    AccountId: account,
    Region: 'eu-central-1',
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:eu-central-1:${account}:detector/bench/finding/${id}`,
    Type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    Title: 'An API was invoked from an IP address on a custom threat list.',
    Description: 'ListUsers was invoked from 192.0.2.44.',
    Severity: 5,
    CreatedAt: now,
    UpdatedAt: now,
    Resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: keyId, PrincipalId: userId, UserName: name, UserType: 'IAMUser' },
    },
    Service: {
      ServiceName: 'guardduty',
      DetectorId: 'bench',
      ResourceRole: 'TARGET',
      EventFirstSeen: now,
      EventLastSeen: now,
      Archived: false,
      Count: 1,
      Action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: { Api: 'ListUsers', ServiceName: 'iam.amazonaws.com' } },
    },
  }
}
