import { distinct, type Entity } from '#domain/entity'
import { credentialOf } from '#intake/credential'
import { accountAt, at, numberAt, textAt, timeAt } from '#intake/member'
import { owned, type Place, present, seen } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import { type Draft, type Form, severityOf } from './form.ts'
import { principalOf } from './guardduty-entities.ts'

/** Macie’s sensitive data and policy findings. Source: Macie, Finding; EventBridge, Macie Finding. */
export const macie: Form = {
  name: 'macie',
  title: 'Macie finding',
  recognises: (raw) => at(raw, 'resourcesAffected') !== undefined,
  read,
}

const actor = 'policyDetails.actor'

function read(raw: Members): Draft {
  const text = (path: string): string | null => textAt(raw, path)
  const place: Place = { account: accountAt(raw, 'accountId') ?? '', region: text('region') ?? '' }
  const credential = credentialOf(actorIn(raw), place.account)
  return {
    source: 'macie',
    id: text('id'),
    type: text('type'),
    account: accountAt(raw, 'accountId'),
    region: text('region'),
    severity: severityIn(raw),
    title: text('title'),
    description: text('description'),
    createdAt: timeAt(raw, 'createdAt'),
    updatedAt: timeAt(raw, 'updatedAt'),
    firstSeen: timeAt(raw, 'policyDetails.action.apiCallDetails.firstSeen'),
    lastSeen: timeAt(raw, 'policyDetails.action.apiCallDetails.lastSeen'),
    count: numberAt(raw, 'count'),
    isSample: at(raw, 'sample') === true,
    credential,
    remoteAddress: text(`${actor}.ipAddressDetails.ipAddressV4`),
    api: text('policyDetails.action.apiCallDetails.api'),
    service: text('policyDetails.action.apiCallDetails.apiServiceName'),
    entities: entitiesOf(raw, { ...place, principal: principalOf(credential, place) }),
  }
}

const entitiesOf = (raw: unknown, { principal, ...place }: Place & { readonly principal: Entity | null }) =>
  distinct(
    present([
      principal,
      owned('bucket', textAt(raw, 'resourcesAffected.s3Bucket.name'), place),
      owned('object', textAt(raw, 'resourcesAffected.s3Object.path'), place),
      owned('access-key', actorIn(raw).accessKeyId, place),
      seen('address', textAt(raw, `${actor}.ipAddressDetails.ipAddressV4`)),
    ]),
  )

/** Source: Macie, Severity: a word, and a score from 1 to 3. */
const severityIn = (raw: unknown): number | null => severityOf(textAt(raw, 'severity.description'))

/** Source: Macie, UserIdentity; a role’s session names its role in the context. */
function actorIn(raw: unknown) {
  const identity = at(raw, `${actor}.userIdentity`)
  const session = at(identity, 'assumedRole')
  const who = session ?? at(identity, 'iamUser') ?? at(identity, 'root')
  return {
    accessKeyId: textAt(who, 'accessKeyId') ?? '',
    principalId: textAt(who, 'principalId') ?? '',
    userName: textAt(session, 'sessionContext.sessionIssuer.userName') ?? textAt(who, 'userName') ?? '',
    userType: textAt(identity, 'type') ?? '',
  }
}
