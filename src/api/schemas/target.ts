import Type from 'typebox'
import { feedbackWords, workflowWords } from '#domain/targets'
import { filterFields } from '#domain/write-back'
import { ENTRY, UTC } from '#store/triage/context-schema'

const account = Type.String({ pattern: '^[0-9]{12}$' })
const IamUser = Type.Object({ kind: Type.Literal('iam-user'), account, userId: Type.String(), name: Type.String() })
const IamRole = Type.Object({ kind: Type.Literal('iam-role'), account, roleId: Type.String(), name: Type.String() })
const UserKey = Type.Object({ kind: Type.Literal('user-key'), account, accessKeyId: Type.String(), user: IamUser })
const Ec2Instance = Type.Object({
  kind: Type.Literal('ec2-instance'),
  account,
  region: Type.String(),
  instanceId: Type.String({ pattern: '^i-[0-9a-f]{8,17}$' }),
})
const InstanceSessions = Type.Object({
  kind: Type.Literal('instance-sessions'),
  account,
  instance: Ec2Instance,
  role: IamRole,
})

const GuardDutyFindings = Type.Object({
  kind: Type.Literal('guardduty-findings'),
  account,
  region: Type.String(),
  detectorId: Type.String({ pattern: '^[0-9a-z]{1,64}$', description: 'Of the account; not the one of a member' }),
  findingIds: Type.Array(Type.String({ pattern: '^[0-9a-f]{32}$' }), { minItems: 1, maxItems: 50, uniqueItems: true }),
})

const detector = {
  account,
  region: Type.String(),
  detectorId: GuardDutyFindings.properties.detectorId,
  findingIds: GuardDutyFindings.properties.findingIds,
}
const ArchiveFilter = Type.Object({
  kind: Type.Literal('archive-filter'),
  ...detector,
  suppression: Type.Object({
    entry: Type.String({ pattern: ENTRY, description: 'The entry of the context that answers the findings' }),
    owner: Type.String({ minLength: 1, maxLength: 200 }),
    reason: Type.String({ minLength: 1, maxLength: 1000 }),
    until: Type.String({ pattern: UTC }),
  }),
  match: Type.Object({
    type: Type.String({ minLength: 1, maxLength: 300 }),
    accountId: account,
    field: Type.Enum([...filterFields]),
    value: Type.String({ minLength: 1, maxLength: 512 }),
  }),
})
const FindingFeedback = Type.Object({
  kind: Type.Literal('finding-feedback'),
  ...detector,
  feedback: Type.Enum([...feedbackWords]),
  comments: Type.String({ minLength: 1, maxLength: 512, description: 'Why; GuardDuty shows it to nobody' }),
})
const HubFinding = Type.Object({
  kind: Type.Literal('hub-finding'),
  account,
  region: Type.String(),
  id: Type.String({ minLength: 1, maxLength: 512, description: 'As Security Hub names it' }),
  productArn: Type.String({ pattern: '^arn:', maxLength: 512 }),
  note: Type.String({ minLength: 1, maxLength: 512 }),
  workflow: Type.Enum([...workflowWords]),
})

/** What a step by hand is about. */
export const TargetSchema = Type.Union([
  IamUser,
  IamRole,
  UserKey,
  Ec2Instance,
  InstanceSessions,
  GuardDutyFindings,
  ArchiveFilter,
  FindingFeedback,
  HubFinding,
])
