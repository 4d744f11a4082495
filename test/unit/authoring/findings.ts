import type { Activity } from '#domain/evidence'
import type { Finding } from '#domain/finding'
import type { IamUser } from '#domain/targets'

export const account = '111122223333'
export const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }

export const finding: Finding = {
  key: `${account}/eu-central-1/f1`,
  id: 'f1',
  source: 'guardduty',
  type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
  account,
  region: 'eu-central-1',
  severityMilli: 5000,
  title: '',
  description: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  count: 1,
  isSample: false,
  credential: { kind: 'user-key', account, accessKeyId: 'AKIATEST', user },
  remoteAddress: null,
  api: null,
  userAgent: null,
}

export const quiet: Activity = { calls: [], rolesAssumed: [], changes: [], from: '', to: '', unseen: [] }
