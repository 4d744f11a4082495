import { GetDetectorCommand, type GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty'
import { GetRoleCommand, type IAMClient, type Role } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import type { AccountSeen, DetectorSeen, ResponderSeen } from '#domain/doctor/accounts'
import { neededReads, neededWrites } from '#domain/doctor/permissions'
import type { ExecutorActivities } from '#domain/executor'
import { accountPlace } from '#store/planned-steps'
import { type InspectionDeps, reasonOf } from './inspect-hub.ts'
import { refusedOf } from './refused-of.ts'

const READER_ROLE = 'CordonReader'
const RESPONDER_ROLE = 'CordonResponder'

type Question = Parameters<ExecutorActivities['inspectAccount']>[0]

interface Place {
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** What the account lets Cordon read and change, and its GuardDuty. What cannot be looked at is said; nothing of AWS’s is thrown. */
export async function inspectAccount({ db, aws }: InspectionDeps, { account }: Question): Promise<AccountSeen> {
  const { partition, regions } = await accountPlace(db, account)
  const place = { partition, account, region: regions[0] ?? '' }
  try {
    const { iam, detectorsIn } = await aws.inspect(place)
    return {
      kind: 'open',
      account,
      reads: await refusedOf(iam, { role: arnOf(place, READER_ROLE), permissions: neededReads(), place }),
      responder: await responderIn(iam, place),
      detectors: await Promise.all(
        regions.map(async (region) => ({ region, seen: await detectorIn(detectorsIn(region)) })),
      ),
    }
  } catch (error) {
    return { kind: 'closed', account, reason: reasonOf(error) }
  }
}

const arnOf = ({ partition, account }: Place, role: string): string => `arn:${partition}:iam::${account}:role/${role}`

async function responderIn(iam: IAMClient, place: Place): Promise<ResponderSeen> {
  try {
    const role = await roleOf(iam, RESPONDER_ROLE)
    // An emulator lets roles be assumed that nobody made, this session's own among them.
    if (role === undefined) return { kind: (await roleOf(iam, READER_ROLE)) === undefined ? 'made-up' : 'missing' }
    return {
      kind: 'there',
      trust: decodeURIComponent(role.AssumeRolePolicyDocument ?? ''),
      writes: await refusedOf(iam, { role: arnOf(place, RESPONDER_ROLE), permissions: neededWrites(), place }),
    }
  } catch (error) {
    return { kind: 'unread', reason: reasonOf(error) }
  }
}

const roleOf = async (iam: IAMClient, name: string): Promise<Role | undefined> =>
  (await absentAs(undefined, iam.send(new GetRoleCommand({ RoleName: name }))))?.Role

async function detectorIn(guardduty: GuardDutyClient): Promise<DetectorSeen> {
  try {
    const { DetectorIds: [id] = [] } = await guardduty.send(new ListDetectorsCommand({}))
    if (id === undefined) return { kind: 'none' }
    const { Status: status = '', FindingPublishingFrequency: frequency = '' } = await guardduty.send(
      new GetDetectorCommand({ DetectorId: id }),
    )
    return { kind: 'there', id, status, frequency }
  } catch (error) {
    return { kind: 'unread', reason: reasonOf(error) }
  }
}
