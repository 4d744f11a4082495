import { isDeepStrictEqual } from 'node:util'
import type {
  AwsSecurityFinding,
  DateFilter,
  EnableSecurityHubV2Request,
  EnableSecurityHubV2Response,
  GetFindingsV2Request,
  GetFindingsV2Response,
  OcsfDateFilter,
  SortCriterion,
} from '@aws-sdk/client-securityhub'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { pageOf } from './pages.ts'
import { type AnyOperation, type Call, reading, writing } from './service.ts'

const PAGE_SIZE = 100
const MODIFIED = 'finding_info.modified_time_dt'
const placeOf = ({ account, region }: Call): string => `${account}/${region}`
const hubArn = (call: Call): string => `arn:aws:securityhub:${call.region}:${call.account}:hubv2/default`

/** The second Security Hub: what was imported in ASFF is given in OCSF. */
export const hubV2Operations: Readonly<Record<string, AnyOperation>> = {
  EnableSecurityHubV2: writing<EnableSecurityHubV2Request, EnableSecurityHubV2Response>({
    resources: (_input, call) => [hubArn(call)],
    mayIgnore: ['Tags'],
    run(_input, call) {
      call.state.put('securityHub', `${placeOf(call)}/v2`, { enabledAt: call.at })
      return { HubV2Arn: hubArn(call) }
    },
  }),
  GetFindingsV2: reading<GetFindingsV2Request, GetFindingsV2Response>({
    // Source: service authorization reference, Security Hub: there is no permission of its own name.
    actions: ['securityhub:GetFindings'],
    resources: (_input, call) => [hubArn(call)],
    run: getFindings,
  }),
}

function getFindings(input: GetFindingsV2Request, call: Call): GetFindingsV2Response {
  if (call.state.get('securityHub', `${placeOf(call)}/v2`) === undefined)
    throw new AwsFault('ResourceNotFoundException', `Account ${call.account} has not enabled Security Hub V2`, {
      status: 404,
      members: { Code: 'ResourceNotFoundException' },
    })
  const { Start = '', End = '9999' } = rangeIn(input)
  const found = call.state
    .list('hubFinding', `${placeOf(call)}/`)
    // Stored as it was imported, in the shape of the SDK.
    .map(({ finding }) => finding as unknown as AwsSecurityFinding)
    .filter(({ UpdatedAt = '' }) => UpdatedAt >= Start && UpdatedAt <= End)
    .toSorted((one, other) => ((one.UpdatedAt ?? '') < (other.UpdatedAt ?? '') ? -1 : 1))
  const page = pageOf(found, { marker: input.NextToken || undefined, size: input.MaxResults ?? PAGE_SIZE })
  return { Findings: page.items.map(asDocument), ...(page.next === undefined ? {} : { NextToken: page.next }) }
}

function rangeIn({ Filters: filters, SortCriteria: sort = [], Scopes: scopes }: GetFindingsV2Request): DateFilter {
  const date = firstDate(filters)
  const byChange = { CompositeFilters: [{ DateFilters: [{ ...date, FieldName: MODIFIED }] }] }
  if (scopes !== undefined || !isDeepStrictEqual(filters, byChange))
    throw notImplemented('filters other than one by the time of change')
  if (!sort.every(isByChange)) throw notImplemented('another order than the oldest change first')
  return date?.Filter ?? {}
}

function firstDate(filters: GetFindingsV2Request['Filters']): OcsfDateFilter | undefined {
  const [composite] = filters?.CompositeFilters ?? []
  return composite?.DateFilters?.[0]
}

const isByChange = ({ Field, SortOrder }: SortCriterion): boolean => Field === MODIFIED && SortOrder === 'asc'

/** Source: OCSF 1.6, severity_id. */
const severities: Readonly<Record<string, number>> = { INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 }

/** What is left out is not there, as on the wire. */
const asDocument = (finding: AwsSecurityFinding) => JSON.parse(JSON.stringify(asOcsf(finding))) as object as never

function asOcsf(finding: AwsSecurityFinding) {
  const { Id, Title, Description, Types, CreatedAt, UpdatedAt = '', ProductArn, AwsAccountId, Region } = finding
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    activity_id: 1,
    type_uid: 200_401,
    time: Date.parse(UpdatedAt),
    severity_id: severities[finding.Severity?.Label ?? ''] ?? 0,
    metadata: { version: '1.6.0', product: { uid: ProductArn, name: finding.ProductName } },
    cloud: { provider: 'AWS', account: { uid: AwsAccountId }, region: Region },
    finding_info: {
      uid: Id,
      title: Title,
      desc: Description,
      types: Types,
      created_time: Date.parse(CreatedAt ?? UpdatedAt),
      created_time_dt: CreatedAt,
      modified_time: Date.parse(UpdatedAt),
      modified_time_dt: UpdatedAt,
    },
    resources: (finding.Resources ?? []).map(({ Type: type, Id: uid, Region: region }) => ({ type, uid, region })),
  }
}
