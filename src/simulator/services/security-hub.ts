import type {
  AwsSecurityFinding,
  AwsSecurityFindingIdentifier,
  BatchImportFindingsRequest,
  BatchImportFindingsResponse,
  BatchUpdateFindingsRequest,
  BatchUpdateFindingsResponse,
  DisableSecurityHubRequest,
  EnableSecurityHubRequest,
  GetFindingsRequest,
  GetFindingsResponse,
  StringFilter,
} from '@aws-sdk/client-securityhub'
import type { HubFinding } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { pageOf } from './pages.ts'
import { hubV2Operations } from './security-hub-v2.ts'
import { type Call, reading, type Service, writing } from './service.ts'

const PAGE_SIZE = 100
const hubArn = (call: Call): string => `arn:aws:securityhub:${call.region}:${call.account}:hub/default`
const placeOf = ({ account, region }: Call): string => `${account}/${region}`

/** As much of Security Hub as findings need: they are imported, and read by the time of their change. */
export const securityHub: Service = {
  signingName: 'securityhub',
  protocol: 'restJson1',
  xmlNamespace: '',
  eventSource: 'securityhub.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-securityhub'),
  operations: {
    EnableSecurityHub: writing<EnableSecurityHubRequest, Record<string, never>>({
      resources: (_input, call) => [hubArn(call)],
      mayIgnore: ['EnableDefaultStandards', 'ControlFindingGenerator', 'Tags'],
      run(_input, call) {
        call.state.put('securityHub', placeOf(call), { enabledAt: call.at })
        return {}
      },
    }),
    BatchImportFindings: writing<BatchImportFindingsRequest, BatchImportFindingsResponse>({
      resources: (_input, call) => [hubArn(call)],
      run(input, call) {
        requireHub(call)
        const findings = input.Findings ?? []
        for (const finding of findings)
          call.state.put('hubFinding', `${placeOf(call)}/${finding.Id}`, {
            id: finding.Id ?? '',
            finding: { ...finding },
          })
        return { SuccessCount: findings.length, FailedCount: 0, FailedFindings: [] }
      },
    }),
    DisableSecurityHub: writing<DisableSecurityHubRequest, Record<string, never>>({
      resources: (_input, call) => [hubArn(call)],
      run(_input, call) {
        requireHub(call)
        call.state.remove('securityHub', placeOf(call))
        // Its findings go with it. Source: Security Hub, disabling.
        for (const { id } of call.state.list('hubFinding', `${placeOf(call)}/`))
          call.state.remove('hubFinding', `${placeOf(call)}/${id}`)
        return {}
      },
    }),
    BatchUpdateFindings: writing<BatchUpdateFindingsRequest, BatchUpdateFindingsResponse>({
      resources: (_input, call) => [hubArn(call)],
      run: updateFindings,
    }),
    GetFindings: reading<GetFindingsRequest, GetFindingsResponse>({
      resources: (_input, call) => [hubArn(call)],
      run: getFindings,
    }),
    ...hubV2Operations,
  },
}

function requireHub(call: Call): void {
  if (call.state.get('securityHub', placeOf(call)) !== undefined) return
  const message = `Account ${call.account} is not subscribed to AWS Security Hub`
  throw new AwsFault('InvalidAccessException', message, {
    status: 401,
    members: { Code: 'InvalidAccessException' },
  })
}

/** What customers say of a finding is beside what its product says: the time of its change stays. Source: BatchUpdateFindings. */
function updateFindings(input: BatchUpdateFindingsRequest, call: Call): BatchUpdateFindingsResponse {
  requireHub(call)
  const { FindingIdentifiers: wanted = [], Note, Workflow } = input
  const written = {
    ...(Note === undefined ? {} : { Note: { ...Note, UpdatedAt: new Date(call.at).toISOString() } }),
    ...(Workflow === undefined ? {} : { Workflow }),
  }
  const found = wanted.map((identifier) => ({ identifier, stored: storedFinding(identifier, call) }))
  for (const { stored } of found)
    if (stored !== undefined)
      call.state.put('hubFinding', `${placeOf(call)}/${stored.id}`, {
        id: stored.id,
        finding: { ...stored.finding, ...written },
      })
  return {
    ProcessedFindings: found.flatMap(({ identifier, stored }) => (stored === undefined ? [] : [identifier])),
    UnprocessedFindings: found.flatMap(({ identifier, stored }) =>
      stored === undefined
        ? [
            {
              FindingIdentifier: identifier,
              ErrorCode: 'FindingNotFound',
              ErrorMessage: `Finding ${identifier.Id} Not Found`,
            },
          ]
        : [],
    ),
  }
}

function storedFinding({ Id, ProductArn }: AwsSecurityFindingIdentifier, call: Call): HubFinding | undefined {
  const stored = call.state.get('hubFinding', `${placeOf(call)}/${Id}`)
  return stored?.finding['ProductArn'] === ProductArn ? stored : undefined
}

function getFindings(input: GetFindingsRequest, call: Call): GetFindingsResponse {
  requireHub(call)
  const { UpdatedAt: updated, RecordState: states, Id: ids, ProductArn: products, ...others } = input.Filters ?? {}
  const [other] = Object.keys(others)
  if (other !== undefined) throw notImplemented(`the filter ${other}`)
  const found = call.state
    .list('hubFinding', `${placeOf(call)}/`)
    // Stored as it was imported, in the shape of the SDK.
    .map(({ finding }) => finding as unknown as AwsSecurityFinding)
    .filter(({ UpdatedAt = '' }) => updated === undefined || updated.some((range) => isWithin(UpdatedAt, range)))
    .filter(({ RecordState = 'ACTIVE' }) => isOneOf(RecordState, states))
    .filter(({ Id = '', ProductArn = '' }) => isOneOf(Id, ids) && isOneOf(ProductArn, products))
    .toSorted(orderOf(input))
  const page = pageOf(found, { marker: input.NextToken || undefined, size: input.MaxResults ?? PAGE_SIZE })
  return { Findings: [...page.items], ...(page.next === undefined ? {} : { NextToken: page.next }) }
}

interface Range {
  readonly Start?: string | undefined
  readonly End?: string | undefined
}

function isWithin(time: string, { Start, End }: Range): boolean {
  const at = Date.parse(time)
  return (Start === undefined || at >= Date.parse(Start)) && (End === undefined || at <= Date.parse(End))
}

const isOneOf = (value: string, wanted: readonly StringFilter[] | undefined): boolean =>
  wanted === undefined || wanted.some((one) => isEqual(value, one))

function isEqual(value: string, { Value, Comparison }: StringFilter): boolean {
  if (Comparison !== 'EQUALS') throw notImplemented(`the comparison ${Comparison}`)
  return value === Value
}

function orderOf({ SortCriteria: sort }: GetFindingsRequest) {
  const [by] = sort ?? []
  if (by?.Field !== undefined && by.Field !== 'UpdatedAt') throw notImplemented(`sorting by ${by.Field}`)
  const direction = by?.SortOrder === 'asc' ? 1 : -1
  return (left: AwsSecurityFinding, right: AwsSecurityFinding): number =>
    direction * (Date.parse(left.UpdatedAt ?? '') - Date.parse(right.UpdatedAt ?? ''))
}
