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
  const place = placeIn(raw)
  const [resource, resourceType] = [textAt(raw, 'resource'), textAt(raw, 'resourceType')]
  return {
    source: 'access-analyzer',
    id: textAt(raw, 'id'),
    type: `AccessAnalyzer:${textAt(raw, 'findingType') ?? 'ExternalAccess'}/${resourceType ?? 'Resource'}`,
    account: place.account || null,
    region: place.region,
    severity: isPublic(raw) ? SEVERITY.public : SEVERITY.shared,
    title: titleOf(raw, resource),
    createdAt: timeAt(raw, 'createdAt'),
    updatedAt: timeAt(raw, 'updatedAt') ?? timeAt(raw, 'analyzedAt'),
    entities: present([entityOfType(resourceType, resource, place)]),
  }
}

const placeIn = (raw: unknown): Place => ({
  account: accountAt(raw, 'accountId') ?? accountAt(raw, 'resourceOwnerAccount') ?? '',
  // Of the resource, since the API’s answer has none; S3 and IAM have none either.
  region: textAt(raw, 'region') ?? (arnOf(textAt(raw, 'resource'))?.region || 'global'),
})

const isPublic = (raw: unknown): boolean => at(raw, 'isPublic') === true

const titleOf = (raw: unknown, resource: string | null): string =>
  `${resource ?? 'A resource'} ${isPublic(raw) ? 'is open to everybody' : 'can be used from outside'} (${textAt(raw, 'status') ?? 'ACTIVE'})`
