import { distinct } from '#domain/entity'
import { guardDutyIdOf } from '#intake/arn'
import { credentialOf, type KeyDetails } from '#intake/credential'
import { instanceOf } from '#intake/instance'
import { accountAt, at, listAt, numberAt, textAt, textsAt, timeAt } from '#intake/member'
import { entityOfType, owned, type Place, present, seen } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import { instanceIn, sourceOfProduct } from './asff.ts'
import { type Draft, type Form, severityOf } from './form.ts'
import { isSampleTitle } from './guardduty.ts'
import { principalOf } from './guardduty-entities.ts'
import { typeRenamed } from './renamed-type.ts'

/** Classes of the category Findings, 2001 to 2007. Source: OCSF 1.x, Findings. */
const isFindingClass = (uid: number | null): boolean => uid !== null && uid >= 2001 && uid <= 2999

/** OCSF 1.x findings, among them those of Security Hub (“Findings Imported V2”). Source: OCSF 1.6, Detection Finding. */
export const ocsf: Form = {
  name: 'ocsf',
  title: 'finding in OCSF',
  recognises: (raw) => isFindingClass(numberAt(raw, 'class_uid')) || at(raw, 'finding_info.uid') !== undefined,
  read,
}

function read(raw: Members): Draft {
  const uid = textAt(raw, 'finding_info.uid')
  const product = textAt(raw, 'metadata.product.uid')
  const known = sourceOfProduct(product)
  const detected = known === 'guardduty' ? guardDutyIdOf(uid) : null
  const place = detected ?? placeIn(raw)
  const credential = credentialOf(keyDetailsIn(raw), place.account)
  const address = addressIn(raw)
  const entities = present([
    principalOf(credential, place),
    owned('access-key', keyDetailsIn(raw).accessKeyId, place),
    ...listAt(raw, 'resources').map((one) => entityOfType(textAt(one, 'type'), textAt(one, 'uid'), place)),
    seen('address', address),
  ])
  return {
    ...said(raw),
    source: known ?? 'ocsf',
    product: known === null ? (product ?? textAt(raw, 'metadata.product.name')) : null,
    id: detected?.id ?? uid,
    type: typeIn(raw, known === 'guardduty'),
    account: place.account === '' ? null : place.account,
    region: place.region,
    severity: severityIn(raw),
    isSample: isSampleTitle(textAt(raw, 'finding_info.title')),
    credential,
    instance: instanceOf({ named: instanceIn(entities, place), ...place, credential }),
    remoteAddress: address,
    entities: distinct(entities),
  }
}

const said = (raw: unknown): Partial<Draft> => ({
  title: textAt(raw, 'finding_info.title'),
  description: textAt(raw, 'finding_info.desc') ?? textAt(raw, 'message'),
  createdAt: timeOf(raw, 'finding_info.created_time'),
  updatedAt: timeOf(raw, 'finding_info.modified_time') ?? timeOf(raw, 'time'),
  firstSeen: timeOf(raw, 'finding_info.first_seen_time'),
  lastSeen: timeOf(raw, 'finding_info.last_seen_time'),
  count: numberAt(raw, 'count'),
  api: textAt(raw, 'api.operation') ?? textAt(firstEvidence(raw), 'api.operation'),
  service: textAt(raw, 'api.service.name') ?? textAt(firstEvidence(raw), 'api.service.name'),
  errorCode: textAt(firstEvidence(raw), 'api.response.error'),
  userAgent: textAt(firstEvidence(raw), 'http_request.user_agent'),
})

/** A time is in milliseconds, or as text beside it. Source: OCSF, timestamp_t and datetime_t. */
const timeOf = (raw: unknown, path: string): string | null => timeAt(raw, path) ?? timeAt(raw, `${path}_dt`)

/** A finding about what is nowhere in AWS has no Region. */
const NOWHERE = 'global'

const placeIn = (raw: unknown): Place => {
  const [resource] = listAt(raw, 'resources')
  return {
    account: accountAt(raw, 'cloud.account.uid') ?? accountAt(resource, 'owner.account.uid') ?? '',
    region: textAt(raw, 'cloud.region') ?? textAt(resource, 'region') ?? NOWHERE,
  }
}

const firstEvidence = (raw: unknown): unknown => listAt(raw, 'evidences')[0]

const addressIn = (raw: unknown): string | null =>
  listAt(raw, 'evidences')
    .map((one) => textAt(one, 'src_endpoint.ip') ?? textAt(one, 'dst_endpoint.ip'))
    .find((ip) => ip !== null) ??
  textAt(raw, 'src_endpoint.ip') ??
  null

function typeIn(raw: unknown, isGuardDuty: boolean): string | null {
  const [type = null] = textsAt(raw, 'finding_info.types')
  if (isGuardDuty && type !== null) return typeRenamed(type)
  return type ?? textAt(raw, 'type_name') ?? textAt(raw, 'class_name')
}

/** Source: OCSF, severity_id: 1 informational to 6 fatal; 0 and 99 say nothing. */
const severityIds = [null, 'informational', 'low', 'medium', 'high', 'critical', 'fatal'] as const

const severityIn = (raw: unknown): number | null =>
  severityOf(severityIds[numberAt(raw, 'severity_id') ?? 0] ?? textAt(raw, 'severity'))

/** Source: OCSF, user: `uid` is IAM’s unique id, with the session’s name where there is one. */
function keyDetailsIn(raw: unknown): KeyDetails {
  const actor = at(raw, 'actor.user') ?? at(firstEvidence(raw), 'actor.user')
  const text = (name: string): string => textAt(actor, name) ?? ''
  return {
    accessKeyId: text('credential_uid'),
    principalId: text('uid'),
    userName: text('name'),
    userType: text('type'),
  }
}
