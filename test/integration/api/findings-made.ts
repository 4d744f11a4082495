interface Wish {
  readonly id?: string
  readonly user?: string
  readonly updatedAt?: string
  readonly count?: number
  readonly severity?: number
  readonly account?: string
}

/** A finding as EventBridge carries it in `detail`. Users with other names are other entities, so other incidents. */
export const finding = ({ id = 'finding-1', user = 'deploy-bot', ...wish }: Wish = {}) => ({
  schemaVersion: '2.0',
  accountId: wish.account ?? '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id,
  arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/${id}`,
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
  resource: {
    resourceType: 'AccessKey',
    accessKeyDetails: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      principalId: `AIDA${user.toUpperCase().replaceAll(/[^A-Z0-9]/g, 'X')}00000`,
      userName: user,
      userType: 'IAMUser',
    },
  },
  service: {
    serviceName: 'guardduty',
    count: wish.count ?? 1,
    archived: false,
    action: {
      actionType: 'AWS_API_CALL',
      awsApiCallAction: {
        api: 'ListBuckets',
        userAgent: 'aws-cli/2',
        remoteIpDetails: { ipAddressV4: '198.51.100.23' },
      },
    },
  },
  severity: wish.severity ?? 8,
  createdAt: '2026-11-24T08:00:00.000Z',
  updatedAt: wish.updatedAt ?? '2026-11-24T08:00:00.000Z',
  title: `Credentials of ${user} were used from a known malicious address`,
  description: 'An API was invoked from an address on a threat list.',
})
