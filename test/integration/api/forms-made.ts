import { finding } from './findings-made.ts'

const REGION = 'eu-central-1'
const ACCOUNT = '111122223333'

export interface Told {
  readonly id: string
  readonly user: string
  readonly minute: number
  readonly severity: number
}

const at = (minute: number): string => `2026-11-24T08:0${minute}:00.000Z`

const unique = (user: string): string => `AIDA${user.toUpperCase().replaceAll(/[^A-Z0-9]/g, 'X')}00000`

export const arnOf = (id: string): string => `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d/finding/${id}`

const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), pascal(member)]),
  )
}

const ofGuardDuty = ({ minute, ...told }: Told) => finding({ ...told, updatedAt: at(minute) })

/** One version of a finding of GuardDuty, as each channel has it. */
export const asForm = {
  eventBridge: (told: Told) => ({ 'detail-type': 'GuardDuty Finding', detail: ofGuardDuty(told) }),
  poll: (told: Told) => ({ Findings: [pascal(ofGuardDuty(told))] }),
  securityHub: ({ id, user, minute, severity }: Told) => ({
    detail: {
      findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: arnOf(id),
          ProductArn: `arn:aws:securityhub:${REGION}::product/aws/guardduty`,
          AwsAccountId: ACCOUNT,
          Region: REGION,
          Types: ['TTPs/UnauthorizedAccess:IAMUser-MaliciousIPCaller.Custom'],
          Severity: { Product: severity },
          CreatedAt: at(0),
          UpdatedAt: at(minute),
          Title: `Security Hub tells of ${user}`,
          Description: 'The same, with less in it',
          Resources: [
            {
              Type: 'AwsIamAccessKey',
              Id: 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE',
              Details: {
                AwsIamAccessKey: {
                  AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
                  PrincipalId: unique(user),
                  PrincipalName: user,
                  PrincipalType: 'IAMUser',
                },
              },
            },
          ],
        },
      ],
    },
  }),
} as const

export type Channel = keyof typeof asForm

/** A part of an attack sequence that names it, or does not; or the sequence, with its parts. */
export const partOf = (sequence: string | null, told: Told) => ({
  ...ofGuardDuty(told),
  ...(sequence === null ? {} : { associatedAttackSequenceArn: arnOf(sequence) }),
})

export const sequenceOf = (parts: readonly string[], told: Told) => ({
  ...ofGuardDuty(told),
  type: 'AttackSequence:IAM/CompromisedCredentials',
  service: {
    count: 1,
    detection: { sequence: { uid: told.id, signals: parts.map((uid) => ({ type: 'FINDING', uid })) } },
  },
})
