import { GetDetectorCommand, type GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty'
import { GetRoleCommand, type IAMClient, type Role } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import type { Aws } from '#activities/aws/clients'
import type { ReaderPlace } from '#activities/aws/readers'
import type { AccountSeen, DetectorSeen, ResponderSeen } from '#domain/doctor/accounts'
import type { LimitsSeen } from '#domain/doctor/limits'
import type { ExecutorActivities } from '#domain/executor'
import type { LogPlace } from '#domain/logs/log-place'
import { READER, RESPONDER, RESTORER, type WritingRole } from '#domain/roles/account-roles'
import { roleNames } from '#domain/roles/role-trust'
import { accountPlace } from '#store/plans/planned-steps'
import { type InspectionDeps, reasonOf } from './inspect-hub.ts'
import { limitsOf } from './limits-of.ts'
import { refusedOf } from './refused-of.ts'

type Question = Parameters<ExecutorActivities['inspectAccount']>[0]

interface Looking {
  readonly aws: Aws
  readonly iam: IAMClient
  readonly place: ReaderPlace & { readonly logs: LogPlace | undefined }
  readonly regions: readonly string[]
}

/** What the account lets Cordon read and change, and its GuardDuty. What cannot be looked at is said; nothing of AWS’s is thrown. */
export async function inspectAccount({ db, aws, logs }: InspectionDeps, { account }: Question): Promise<AccountSeen> {
  const { partition, regions, externalId } = await accountPlace(db, account)
  const place = { partition, account, region: regions[0] ?? '', externalId, logs }
  try {
    const { iam, detectorsIn } = await aws.inspect(place)
    const looking = { aws, iam, place, regions }
    return {
      kind: 'open',
      account,
      reads: await refusedOf(iam, { role: READER, place }),
      responder: await writingRoleIn(looking, RESPONDER),
      restorer: await writingRoleIn(looking, RESTORER),
      limits: await limitsIn(looking),
      detectors: await Promise.all(
        regions.map(async (region) => ({ region, seen: await detectorIn(detectorsIn(region)) })),
      ),
    }
  } catch (error) {
    return { kind: 'closed', account, reason: reasonOf(error) }
  }
}

async function writingRoleIn({ iam, place }: Looking, name: WritingRole): Promise<ResponderSeen> {
  try {
    const role = await roleOf(iam, name)
    // An emulator lets roles be assumed that nobody made, this session's own among them.
    if (role === undefined) return { kind: (await roleOf(iam, READER)) === undefined ? 'made-up' : 'missing' }
    return {
      kind: 'there',
      trust: withoutId(trustIn(role), place.externalId),
      writes: await refusedOf(iam, { role: name, place }),
    }
  } catch (error) {
    return { kind: 'unread', reason: reasonOf(error) }
  }
}

/** In which ways the roles that are there can be opened or used beyond what they are for. */
async function limitsIn(looking: Looking): Promise<readonly LimitsSeen[]> {
  const { aws, iam, place, regions } = looking
  const { account: hub, arn: executor } = await aws.whoAmI(place.region)
  const expected = { hub, executor, externalId: place.externalId }
  const found: LimitsSeen[] = []
  for (const role of roleNames) {
    const live = await roleOf(iam, role)
    if (live === undefined) continue
    const tryReader = () => aws.looselyOpened(place)
    found.push(await limitsOf(iam, { role, trust: trustIn(live), place: { ...place, regions }, expected, tryReader }))
  }
  return found
}

const trustIn = ({ AssumeRolePolicyDocument: document = '' }: Role): string => decodeURIComponent(document)

/** What is told is kept in histories; the ExternalId is in none. */
const withoutId = (trust: string, externalId: string | null): string =>
  externalId === null ? trust : trust.replaceAll(externalId, '…')

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
