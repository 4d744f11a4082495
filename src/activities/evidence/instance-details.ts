import type { Instance } from '@aws-sdk/client-ec2'
import { GetInstanceProfileCommand } from '@aws-sdk/client-iam'
import { findGroup } from '#activities/actions/suspend-replacement'
import { absentAs } from '#activities/aws/absent'
import { findInstance } from '#activities/aws/instance'
import type { ReadSession } from '#activities/aws/sessions'
import type { EvidenceKinds, InstanceDetails } from '#domain/evidence'
import type { IamRole } from '#domain/targets'
import { accountPlace } from '#store/plans/planned-steps'
import type { EvidenceDeps } from './activity-of.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['instanceDetails']['question']
}

/** What the instance is now. One that does not exist any more has the state `absent`. */
export async function instanceDetails(
  { db, aws }: EvidenceDeps,
  { incident, question: { instance } }: Asked,
): Promise<InstanceDetails> {
  const { account, region } = instance
  const { partition, externalId } = await accountPlace(db, account)
  const read = await aws.read({ account, region, incident, partition, externalId })
  const live = await findInstance(read, instance)
  if (live === undefined) return { ...unknown, instance, state: ABSENT }
  const [role, group] = await Promise.all([
    roleOf(read, live.IamInstanceProfile?.Arn, account),
    findGroup(read, instance),
  ])
  return { ...described(live), instance, role, autoScalingGroup: group?.AutoScalingGroupName ?? null }
}

type Described = Omit<InstanceDetails, 'instance' | 'role' | 'autoScalingGroup'>

const described = (live: Instance): Described => ({
  state: live.State?.Name ?? ABSENT,
  launchedAt: live.LaunchTime?.toISOString() ?? null,
  image: live.ImageId ?? null,
  type: live.InstanceType ?? null,
  volumes: (live.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
  addresses: [live.PrivateIpAddress, live.PublicIpAddress].filter((address) => address !== undefined),
})

const ABSENT = 'absent'

const unknown: Omit<InstanceDetails, 'instance' | 'state'> = {
  launchedAt: null,
  image: null,
  type: null,
  role: null,
  autoScalingGroup: null,
  volumes: [],
  addresses: [],
}

/** The role of the profile; the ARN ends in `instance-profile/<path and name>`. */
async function roleOf({ iam }: ReadSession, profile: string | undefined, account: string): Promise<IamRole | null> {
  const InstanceProfileName = profile?.split('/').at(-1)
  if (InstanceProfileName === undefined) return null
  const found = await absentAs(undefined, iam.send(new GetInstanceProfileCommand({ InstanceProfileName })))
  const role = found?.InstanceProfile?.Roles?.[0]
  if (role?.RoleId === undefined || role.RoleName === undefined) return null
  return { kind: 'iam-role', account, roleId: role.RoleId, name: role.RoleName }
}
