import type {
  Condition,
  CreateSampleFindingsRequest,
  Finding,
  GetDetectorRequest,
  GetDetectorResponse,
  GetFindingsRequest,
  GetFindingsResponse,
  ListDetectorsRequest,
  ListDetectorsResponse,
  ListFindingsRequest,
  ListFindingsResponse,
} from '@aws-sdk/client-guardduty'
import { hexId } from '#simulator/identifiers'
import type { Detector, StoredFinding } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { pageOf } from './pages.ts'
import { type Call, reading, type Service, writing } from './service.ts'

const PAGE_SIZE = 50
const DEFAULT_SAMPLES = ['UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom', 'Recon:EC2/PortProbeUnprotectedPort']
const SAMPLE_SEVERITY = 5

const badRequest = (message: string): AwsFault =>
  new AwsFault('BadRequestException', message, { status: 400, members: { Type: 'InvalidInputException' } })

interface InDetector {
  readonly DetectorId?: string | undefined
}

const detectorArn = (call: Call, id: string | undefined): string =>
  `arn:aws:guardduty:${call.region}:${call.account}:detector/${id}`
const inDetector = (input: InDetector, call: Call): readonly string[] => [detectorArn(call, input.DetectorId)]

export const guardduty: Service = {
  signingName: 'guardduty',
  protocol: 'restJson1',
  xmlNamespace: '',
  eventSource: 'guardduty.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-guardduty'),
  operations: {
    ListDetectors: reading<ListDetectorsRequest, ListDetectorsResponse>({
      mayIgnore: ['MaxResults'],
      run(_input, call) {
        const detector = call.state.get('detector', `${call.account}/${call.region}`)
        return { DetectorIds: detector ? [detector.id] : [] }
      },
    }),
    GetDetector: reading<GetDetectorRequest, GetDetectorResponse>({
      resources: inDetector,
      run(input, call) {
        const detector = requireDetector(call, input.DetectorId)
        return {
          CreatedAt: new Date(detector.createdAt).toISOString(),
          UpdatedAt: new Date(detector.createdAt).toISOString(),
          FindingPublishingFrequency: 'FIFTEEN_MINUTES',
          ServiceRole: `arn:aws:iam::${call.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
          Status: 'ENABLED',
        }
      },
    }),
    ListFindings: reading<ListFindingsRequest, ListFindingsResponse>({ resources: inDetector, run: listFindings }),
    GetFindings: reading<GetFindingsRequest, GetFindingsResponse>({
      resources: inDetector,
      run(input, call) {
        requireDetector(call, input.DetectorId)
        const ids = input.FindingIds ?? []
        if (ids.length > PAGE_SIZE)
          throw badRequest('The request is rejected because the parameter findingIds has an invalid value.')
        const found = ids.flatMap((id) => call.state.get('finding', `${call.account}/${call.region}/${id}`) ?? [])
        return { Findings: found.map(({ finding }) => asFinding(finding)) }
      },
    }),
    CreateSampleFindings: writing<CreateSampleFindingsRequest, Record<string, never>>({
      resources: inDetector,
      run(input, call) {
        const detector = requireDetector(call, input.DetectorId)
        for (const type of input.FindingTypes ?? DEFAULT_SAMPLES) putFinding(call, sampleOf(type, detector, call))
        return {}
      },
    }),
  },
}

/** Stored findings are plain data in the shape of the SDK. */
const asFinding = (finding: StoredFinding['finding']): Finding => finding as unknown as Finding

export const putFinding = (call: Pick<Call, 'state' | 'account' | 'region'>, finding: StoredFinding): void =>
  call.state.put('finding', `${call.account}/${call.region}/${finding.id}`, finding)

function requireDetector(call: Call, id: string | undefined): Detector {
  const detector = call.state.get('detector', `${call.account}/${call.region}`)
  if (detector?.id !== id || !detector)
    throw badRequest('The request is rejected because the input detectorId is not owned by the current account.')
  return detector
}

function listFindings(input: ListFindingsRequest, call: Call): ListFindingsResponse {
  requireDetector(call, input.DetectorId)
  const criteria = Object.entries(input.FindingCriteria?.Criterion ?? {})
  const matching = call.state
    .list('finding', `${call.account}/${call.region}/`)
    .filter(({ finding }) => criteria.every(([field, condition]) => meets(fieldOf(finding, field), condition)))
    .toSorted(orderOf(input))
  const page = pageOf(matching, { marker: input.NextToken || undefined, size: input.MaxResults ?? PAGE_SIZE })
  return { FindingIds: page.items.map(({ id }) => id), NextToken: page.next ?? '' }
}

function orderOf({ SortCriteria: sort }: ListFindingsRequest): (left: StoredFinding, right: StoredFinding) => number {
  const field = sort?.AttributeName ?? 'updatedAt'
  const direction = sort?.OrderBy === 'ASC' ? 1 : -1
  return (left, right) =>
    direction * (comparable(fieldOf(left.finding, field)) - comparable(fieldOf(right.finding, field)))
}

/** A field by its wire name, such as `resource.accessKeyDetails.userName`. */
function fieldOf(finding: StoredFinding['finding'], path: string): unknown {
  let value: unknown = finding
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    const members = value as Readonly<Record<string, unknown>>
    value = members[part.charAt(0).toUpperCase() + part.slice(1)]
  }
  return value
}

/** Times compare as milliseconds, as the API's own criteria do. */
function comparable(value: unknown): number {
  if (typeof value === 'number') return value
  const time = Date.parse(String(value))
  return Number.isNaN(time) ? 0 : time
}

const CONDITIONS = [
  'Eq',
  'Equals',
  'Neq',
  'NotEquals',
  'Gt',
  'GreaterThan',
  'Gte',
  'GreaterThanOrEqual',
  'Lt',
  'LessThan',
  'Lte',
  'LessThanOrEqual',
]

function meets(value: unknown, condition: Condition): boolean {
  const unknown = Object.keys(condition).find((name) => !CONDITIONS.includes(name))
  if (unknown !== undefined) throw notImplemented(`the finding condition ${unknown}`)
  const { Equals, NotEquals, Eq = Equals, Neq = NotEquals } = condition
  const least = condition.GreaterThanOrEqual ?? condition.Gte
  const above = condition.GreaterThan ?? condition.Gt
  const most = condition.LessThanOrEqual ?? condition.Lte
  const below = condition.LessThan ?? condition.Lt
  return (
    (Eq === undefined || Eq.includes(String(value))) &&
    (Neq === undefined || !Neq.includes(String(value))) &&
    (least === undefined || comparable(value) >= least) &&
    (above === undefined || comparable(value) > above) &&
    (most === undefined || comparable(value) <= most) &&
    (below === undefined || comparable(value) < below)
  )
}

function sampleOf(type: string, detector: Detector, call: Call): StoredFinding {
  const id = hexId(32)
  const at = new Date(call.at).toISOString()
  const isInstance = type.split(':')[1]?.startsWith('EC2/') ?? false
  const resource = isInstance
    ? {
        ResourceType: 'Instance',
        InstanceDetails: {
          InstanceId: 'i-99999999',
          InstanceType: 'm3.xlarge',
          LaunchTime: at,
          InstanceState: 'running',
        },
      }
    : {
        ResourceType: 'AccessKey',
        AccessKeyDetails: {
          AccessKeyId: 'GeneratedFindingAccessKeyId',
          PrincipalId: 'GeneratedFindingPrincipalId',
          UserName: 'GeneratedFindingUserName',
          UserType: 'IAMUser',
        },
      }
  const finding = {
    SchemaVersion: '2.0',
    AccountId: call.account,
    Region: call.region,
    Partition: 'aws',
    Id: id,
    Arn: `${detectorArn(call, detector.id)}/finding/${id}`,
    Type: type,
    Title: `[SAMPLE] ${type}`,
    Description: `A sample of ${type}.`,
    Severity: SAMPLE_SEVERITY,
    CreatedAt: at,
    UpdatedAt: at,
    Resource: resource,
    Service: {
      ServiceName: 'guardduty',
      DetectorId: detector.id,
      Archived: false,
      Count: 1,
      EventFirstSeen: at,
      EventLastSeen: at,
      ResourceRole: 'TARGET',
      AdditionalInfo: { Value: '{"sample":true}', Type: 'default' },
    },
  }
  return { id, finding }
}
