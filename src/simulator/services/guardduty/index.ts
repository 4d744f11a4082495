import type {
  ArchiveFindingsRequest,
  CreateDetectorRequest,
  CreateDetectorResponse,
  CreateSampleFindingsRequest,
  DeleteDetectorRequest,
  Finding,
  GetDetectorRequest,
  GetDetectorResponse,
  GetFindingsRequest,
  GetFindingsResponse,
  GetFindingsStatisticsRequest,
  GetFindingsStatisticsResponse,
  ListDetectorsRequest,
  ListDetectorsResponse,
  ListFindingsRequest,
  ListFindingsResponse,
  UnarchiveFindingsRequest,
  UpdateDetectorRequest,
  UpdateFindingsFeedbackRequest,
} from '@aws-sdk/client-guardduty'
import { hexId } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type Call, reading, type Service, writing } from '#simulator/services/service'
import type { StoredFinding } from '#simulator/state/tables'
import { badRequest, inDetector, requireDetector } from './detectors.ts'
import { filterOperations } from './filters.ts'
import { matchingFindings, putFinding, putNewFinding } from './findings.ts'
import { DEFAULT_SAMPLES, sampleOf } from './samples.ts'
import { statisticsOf } from './statistics.ts'

const PAGE_SIZE = 50
const QUARTER_HOUR = 'FIFTEEN_MINUTES'

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
          FindingPublishingFrequency: (detector.frequency ?? QUARTER_HOUR) as typeof QUARTER_HOUR,
          ServiceRole: `arn:aws:iam::${call.account}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
          Status: detector.isSuspended === true ? 'DISABLED' : 'ENABLED',
        }
      },
    }),
    UpdateDetector: writing<UpdateDetectorRequest, Record<string, never>>({
      resources: inDetector,
      run({ DetectorId: id, FindingPublishingFrequency: frequency, Enable: enable }, call) {
        const { isSuspended, ...detector } = requireDetector(call, id)
        const isOff = enable === undefined ? isSuspended === true : !enable
        call.state.put('detector', `${call.account}/${call.region}`, {
          ...detector,
          ...(frequency === undefined ? {} : { frequency }),
          ...(isOff ? { isSuspended: true as const } : {}),
        })
        return {}
      },
    }),
    DeleteDetector: writing<DeleteDetectorRequest, Record<string, never>>({
      resources: inDetector,
      run({ DetectorId: id }, call) {
        requireDetector(call, id)
        call.state.remove('detector', `${call.account}/${call.region}`)
        // Its findings go with it. Source: GuardDuty, suspending or disabling.
        for (const { id: finding } of call.state.list('finding', `${call.account}/${call.region}/`))
          call.state.remove('finding', `${call.account}/${call.region}/${finding}`)
        return {}
      },
    }),
    CreateDetector: writing<CreateDetectorRequest, CreateDetectorResponse>({
      mayIgnore: ['Enable', 'ClientToken'],
      run(_input, call) {
        const place = `${call.account}/${call.region}`
        if (call.state.get('detector', place) !== undefined)
          throw badRequest('The request is rejected because a detector already exists for the current account.')
        const id = hexId(32)
        call.state.put('detector', place, { id, createdAt: call.at })
        return { DetectorId: id }
      },
    }),
    ArchiveFindings: writing<ArchiveFindingsRequest, Record<string, never>>({
      resources: inDetector,
      run: (input, call) => moved(input, call, 'archive'),
    }),
    UnarchiveFindings: writing<UnarchiveFindingsRequest, Record<string, never>>({
      resources: inDetector,
      run: (input, call) => moved(input, call, 'back'),
    }),
    UpdateFindingsFeedback: writing<UpdateFindingsFeedbackRequest, Record<string, never>>({
      resources: inDetector,
      // Nobody can read it again.
      mayIgnore: ['Comments'],
      run: (input, call) => inServiceOf(input, call, { UserFeedback: input.Feedback }),
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
    GetFindingsStatistics: reading<GetFindingsStatisticsRequest, GetFindingsStatisticsResponse>({
      resources: inDetector,
      run(input, call) {
        requireDetector(call, input.DetectorId)
        return { FindingStatistics: statisticsOf(input, call) }
      },
    }),
    ...filterOperations,
    CreateSampleFindings: writing<CreateSampleFindingsRequest, Record<string, never>>({
      resources: inDetector,
      run(input, call) {
        const detector = requireDetector(call, input.DetectorId)
        const place = { account: call.account, region: call.region, detectorId: detector.id, at: call.at }
        for (const type of input.FindingTypes ?? DEFAULT_SAMPLES) putNewFinding(call, sampleOf(type, place))
        return {}
      },
    }),
  },
}

/** Into the archive, or out of it. */
const moved = (input: ArchiveFindingsRequest, call: Call, whither: 'archive' | 'back'): Record<string, never> =>
  inServiceOf(input, call, { Archived: whither === 'archive' })

/** Writes in what GuardDuty itself says of each finding. Unknown ids are passed over. */
function inServiceOf(
  input: Pick<ArchiveFindingsRequest, 'DetectorId' | 'FindingIds'>,
  call: Call,
  said: Pick<NonNullable<Finding['Service']>, 'Archived' | 'UserFeedback'>,
): Record<string, never> {
  requireDetector(call, input.DetectorId)
  const ids = input.FindingIds ?? []
  if (ids.length > PAGE_SIZE)
    throw badRequest('The request is rejected because the parameter findingIds has an invalid value.')
  for (const id of ids) {
    const stored = call.state.get('finding', `${call.account}/${call.region}/${id}`)
    if (stored === undefined) continue
    const { Service, ...finding } = asFinding(stored.finding)
    putFinding(call, { id, finding: { ...finding, Service: { ...Service, ...said } } })
  }
  return {}
}

/** Stored findings are plain data in the shape of the SDK. */
const asFinding = (finding: StoredFinding['finding']): Finding => finding as unknown as Finding

function listFindings(input: ListFindingsRequest, call: Call): ListFindingsResponse {
  requireDetector(call, input.DetectorId)
  const found = matchingFindings(input, call)
  const page = pageOf(found, { marker: input.NextToken || undefined, size: input.MaxResults ?? PAGE_SIZE })
  return { FindingIds: page.items.map(({ id }) => id), NextToken: page.next ?? '' }
}
