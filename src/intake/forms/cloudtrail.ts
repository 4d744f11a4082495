import { distinct } from '#domain/entity'
import { credentialOf, type KeyDetails } from '#intake/credential'
import { instanceOf } from '#intake/instance'
import { accountAt, at, listAt, textAt, timeAt } from '#intake/member'
import { entityOfType, owned, type Place, present, seen } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import type { Draft, Form } from './form.ts'
import { principalOf } from './guardduty-entities.ts'

/** One call that somebody’s rule sent on, as a finding. Source: CloudTrail, record contents; EventBridge, AWS API Call via CloudTrail. */
export const cloudTrail: Form = {
  name: 'cloudtrail',
  title: 'CloudTrail event',
  recognises: (raw) => ['eventSource', 'eventName', 'eventID'].every((name) => textAt(raw, name) !== null),
  read,
}

/** An event has no severity. Medium: whoever sent it on wanted it looked at, and nothing says more. */
const SEVERITY = 5

function read(raw: Members): Draft {
  const text = (path: string): string | null => textAt(raw, path)
  const account = accountAt(raw, 'recipientAccountId') ?? accountAt(raw, 'userIdentity.accountId')
  const place: Place = { account: account ?? '', region: text('awsRegion') ?? '' }
  const key = identityIn(raw)
  // Whoever calls from another account is nobody whom a plan about this account could name.
  const isOwn = (accountAt(raw, 'userIdentity.accountId') ?? place.account) === place.account
  const credential = isOwn ? credentialOf(key, place.account) : { kind: 'unknown' as const, account: place.account }
  const [api, service] = [text('eventName') ?? '', text('eventSource') ?? '']
  return {
    source: 'cloudtrail',
    id: text('eventID'),
    type: `CloudTrail:${service.replace('.amazonaws.com', '')}/${api}`,
    account,
    region: text('awsRegion'),
    severity: SEVERITY,
    title: `${key.userName || text('userIdentity.type') || 'Somebody'} called ${api} of ${service}`,
    createdAt: timeAt(raw, 'eventTime'),
    updatedAt: timeAt(raw, 'eventTime'),
    firstSeen: timeAt(raw, 'eventTime'),
    lastSeen: timeAt(raw, 'eventTime'),
    credential,
    instance: instanceOf({ named: null, ...place, credential }),
    remoteAddress: text('sourceIPAddress'),
    api,
    service,
    errorCode: text('errorCode'),
    userAgent: text('userAgent'),
    entities: distinct(
      present([
        principalOf(credential, place),
        owned('access-key', key.accessKeyId, place),
        ...listAt(raw, 'resources').map((one) => entityOfType(textAt(one, 'type'), textAt(one, 'ARN'), place)),
        seen('address', text('sourceIPAddress')),
      ]),
    ),
  }
}

/** Source: CloudTrail, userIdentity: a role’s session names its role as the issuer. */
function identityIn(raw: unknown): KeyDetails {
  const identity = at(raw, 'userIdentity')
  const text = (path: string): string => textAt(identity, path) ?? ''
  return {
    accessKeyId: text('accessKeyId'),
    principalId: text('principalId'),
    userName: text('sessionContext.sessionIssuer.userName') || text('userName'),
    userType: text('type'),
  }
}
