import { arnOf } from '#intake/arn'
import { accountAt, at, textAt, timeAt } from '#intake/member'
import { entityOfType, type Place, present } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import type { Draft, Form } from './form.ts'

/** What IAM Access Analyzer found open, or unused. Source: IAM Access Analyzer, Finding; EventBridge, Access Analyzer Finding. */
export const accessAnalyzer: Form = {
  name: 'access-analyzer',
  title: 'IAM Access Analyzer finding',
  recognises: (raw) => at(raw, 'analyzedAt') !== undefined && at(raw, 'resourceType') !== undefined,
  read,
}

/** It gives no severity. Both are of GuardDuty’s lower bands: a setting is a posture, whoever may use it. */
const SEVERITY = { public: 6, shared: 3 } as const

function read(raw: Members): Draft {
  const text = (path: string): string | null => textAt(raw, path)
  const resource = text('resource')
  const place: Place = {
    account: accountAt(raw, 'accountId') ?? accountAt(raw, 'resourceOwnerAccount') ?? '',
    // Of the resource, since the API’s answer has none; S3 and IAM have none either.
    region: text('region') ?? (arnOf(resource)?.region || 'global'),
  }
  const isPublic = at(raw, 'isPublic') === true
  return {
    source: 'access-analyzer',
    id: text('id'),
    type: `AccessAnalyzer:${text('findingType') ?? 'ExternalAccess'}/${text('resourceType') ?? 'Resource'}`,
    account: place.account === '' ? null : place.account,
    region: place.region,
    severity: isPublic ? SEVERITY.public : SEVERITY.shared,
    title: `${resource ?? 'A resource'} ${isPublic ? 'is open to everybody' : 'can be used from outside'} (${text('status') ?? 'ACTIVE'})`,
    createdAt: timeAt(raw, 'createdAt'),
    updatedAt: timeAt(raw, 'updatedAt') ?? timeAt(raw, 'analyzedAt'),
    entities: present([entityOfType(text('resourceType'), resource, place)]),
  }
}
