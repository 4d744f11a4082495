import { distinct, type Entity } from '#domain/entity'
import type { Credential, FindingProducer } from '#domain/finding'
import { arnOf, guardDutyIdOf } from '#intake/arn'
import { credentialOf, type KeyDetails } from '#intake/credential'
import { instanceOf } from '#intake/instance'
import { accountAt, at, listAt, member, numberAt, textAt, textsAt, timeAt } from '#intake/member'
import { entityOfType, owned, type Place, present, seen } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import { type Draft, type Form, severityOf } from './form.ts'
import { isSampleTitle, roleOf } from './guardduty.ts'
import { principalOf } from './guardduty-entities.ts'
import { typeRenamed } from './renamed-type.ts'

/** The AWS Security Finding Format, from GuardDuty and from any other product. Source: Security Hub, AwsSecurityFinding. */
export const asff: Form = {
  name: 'asff',
  title: 'finding in ASFF',
  recognises: (raw) => textAt(raw, 'ProductArn') !== null,
  read,
}

/** By the last part of the product’s ARN. What is not here is a product of somebody else. */
const sources: Readonly<Record<string, FindingProducer>> = {
  'aws/guardduty': 'guardduty',
  'aws/macie': 'macie',
  'aws/inspector': 'inspector',
  'aws/access-analyzer': 'access-analyzer',
}

/** Who detected it, by the ARN of the product in Security Hub. */
export const sourceOfProduct = (product: string | null): FindingProducer | null => {
  const [, name] = /product(?:v2)?\/(aws\/[a-z-]+)$/.exec(arnOf(product)?.resource ?? '') ?? []
  return name === undefined ? null : (sources[name] ?? null)
}

function read(raw: Members): Draft {
  const product = textAt(raw, 'ProductArn')
  const source = sourceOfProduct(product) ?? 'security-hub'
  const detected = source === 'guardduty' ? guardDutyIdOf(textAt(raw, 'Id')) : null
  const place = detected ?? placeIn(raw)
  const credential = credentialOf(keyDetailsIn(raw), place.account)
  const entities = entitiesIn(raw, { ...place, credential })
  // A vulnerability of an instance is no reason to contain it.
  const named = source === 'inspector' ? null : instanceIn(entities, place)
  return {
    source,
    product: source === 'security-hub' ? product : null,
    ...said(raw),
    id: detected?.id ?? textAt(raw, 'Id'),
    type: typeIn(raw, source),
    account: place.account || null,
    region: place.region,
    severity: severityIn(raw, source),
    isSample: isSampleIn(raw),
    credential,
    instance: instanceOf({ named, ...place, credential }),
    remoteAddress: remoteAddressIn(raw),
    entities,
  }
}

const placeIn = (raw: unknown): Place => ({
  account: accountAt(raw, 'AwsAccountId') ?? '',
  region: textAt(raw, 'Region') ?? arnOf(textAt(raw, 'ProductArn'))?.region ?? '',
})

const entitiesIn = (raw: unknown, { credential, ...place }: Place & { readonly credential: Credential }) =>
  distinct(
    present([
      principalOf(credential, place),
      owned('access-key', keyDetailsIn(raw).accessKeyId, place),
      ...listAt(raw, 'Resources').map((one) => entityOfType(textAt(one, 'Type'), textAt(one, 'Id'), place)),
      seen('address', remoteAddressIn(raw)),
    ]),
  )

const isSampleIn = (raw: unknown): boolean =>
  isSampleTitle(textAt(raw, 'Title')) || field(raw, 'additionalInfo/sample') === 'true'

const said = (raw: unknown): Partial<Draft> => ({
  title: textAt(raw, 'Title'),
  description: textAt(raw, 'Description'),
  createdAt: timeAt(raw, 'CreatedAt'),
  updatedAt: timeAt(raw, 'UpdatedAt'),
  firstSeen: timeAt(raw, 'FirstObservedAt'),
  lastSeen: timeAt(raw, 'LastObservedAt'),
  count: numberAt({ count: field(raw, 'count') }, 'count'),
  api: textAt(raw, 'Action.AwsApiCallAction.Api') ?? field(raw, 'action/awsApiCallAction/api'),
  service: textAt(raw, 'Action.AwsApiCallAction.ServiceName') ?? field(raw, 'action/awsApiCallAction/serviceName'),
  errorCode: field(raw, 'action/awsApiCallAction/errorCode'),
  userAgent: field(raw, 'action/awsApiCallAction/userAgent'),
  resourceRole: roleOf(field(raw, 'resourceRole')),
})

/** Source: Security Hub, GuardDuty integration: what GuardDuty says of its service is flat in ProductFields. */
function field(raw: unknown, name: string): string | null {
  const value = member(at(raw, 'ProductFields'), `aws/guardduty/service/${name}`)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_FIELD) : null
}

/** Source: ASFF, ProductFields: at most 2048 characters. */
const MAX_FIELD = 2048

const actionKinds = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction']

const remoteAddressIn = (raw: unknown): string | null =>
  textAt(raw, 'Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4') ??
  textAt(raw, 'Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4') ??
  textAt(raw, 'Network.SourceIpV4') ??
  actionKinds.map((kind) => field(raw, `action/${kind}/remoteIpDetails/ipAddressV4`)).find((found) => found !== null) ??
  null

/** Security Hub renames GuardDuty’s types; other products’ are their own words. */
function typeIn(raw: unknown, source: FindingProducer): string | null {
  const [type = null] = textsAt(raw, 'Types').concat(textsAt(raw, 'FindingProviderFields.Types'))
  return type === null || source !== 'guardduty' ? (type ?? textAt(raw, 'GeneratorId')) : typeRenamed(type)
}

/** The producer’s own number where there is one; Security Hub’s label and its 0 to 100 have other bands than GuardDuty’s. */
function severityIn(raw: unknown, source: FindingProducer): number | null {
  const product = numberAt(raw, 'Severity.Product')
  if (product !== null && source === 'guardduty') return product
  const label = severityOf(textAt(raw, 'Severity.Label') ?? textAt(raw, 'FindingProviderFields.Severity.Label'))
  const normalized = numberAt(raw, 'Severity.Normalized')
  return label ?? (normalized === null ? null : normalized / 10)
}

function keyDetailsIn(raw: unknown): KeyDetails {
  const key = listAt(raw, 'Resources')
    .map((one) => at(one, 'Details.AwsIamAccessKey'))
    .find((details) => details !== undefined)
  const text = (name: string): string => textAt(key, name) ?? ''
  return {
    accessKeyId: text('AccessKeyId'),
    principalId: text('PrincipalId'),
    userName: text('PrincipalName') || text('UserName'),
    userType: text('PrincipalType'),
  }
}

/** Of the finding’s own account and Region only: another’s is shown and is no target. */
export const instanceIn = (entities: readonly Entity[], { account, region }: Place): string | null =>
  entities.find((entity) => entity.kind === 'instance' && entity.account === account && entity.region === region)?.id ??
  null
