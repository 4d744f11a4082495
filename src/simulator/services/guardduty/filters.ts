import type {
  CreateFilterRequest,
  CreateFilterResponse,
  DeleteFilterRequest,
  FilterAction,
  GetFilterRequest,
  GetFilterResponse,
  ListFiltersRequest,
  ListFiltersResponse,
} from '@aws-sdk/client-guardduty'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { FindingFilter } from '#simulator/state/tables'
import { badRequest, inDetector, requireDetector } from './detectors.ts'
import { requireConditions } from './findings.ts'

const PAGE_SIZE = 50

const inRegion = ({ account, region }: Call): string => `${account}/${region}/`

/** Filters are kept and shown; those that archive do so with each finding that comes later (`putNewFinding`). */
export const filterOperations: Readonly<Record<string, AnyOperation>> = {
  CreateFilter: writing<CreateFilterRequest, CreateFilterResponse>({
    // Source: service authorization reference, GuardDuty: the filter that is made.
    resources: ({ DetectorId, Name }, call) => inFilter({ DetectorId, FilterName: Name }, call),
    mayIgnore: ['Description'],
    run(input, call) {
      const { DetectorId: id, Name: name = '', Action: action = 'NOOP', Rank: rank = 1, Tags: tags } = input
      const token = input.ClientToken ?? null
      requireDetector(call, id)
      requireConditions(input.FindingCriteria)
      const there = call.state.get('findingFilter', inRegion(call) + name)
      if (there !== undefined && token !== null && there.token === token) return { Name: name }
      if (there !== undefined)
        throw badRequest('The request is rejected since a filter with the given name already exists.')
      const filter = { name, action, rank, token, tags: { ...tags }, criteria: { ...input.FindingCriteria } }
      call.state.put('findingFilter', inRegion(call) + name, filter)
      return { Name: name }
    },
  }),
  GetFilter: reading<GetFilterRequest, GetFilterResponse>({
    resources: inFilter,
    run(input, call) {
      const { name, action, rank, tags, criteria } = requireFilter(call, input)
      return { Name: name, Action: action as FilterAction, Rank: rank, Tags: { ...tags }, FindingCriteria: criteria }
    },
  }),
  DeleteFilter: writing<DeleteFilterRequest, Record<string, never>>({
    resources: inFilter,
    run(input, call) {
      call.state.remove('findingFilter', inRegion(call) + requireFilter(call, input).name)
      return {}
    },
  }),
  ListFilters: reading<ListFiltersRequest, ListFiltersResponse>({
    resources: inDetector,
    run({ DetectorId: id, NextToken: token, MaxResults: size = PAGE_SIZE }, call) {
      requireDetector(call, id)
      const page = pageOf(call.state.list('findingFilter', inRegion(call)), { marker: token || undefined, size })
      return { FilterNames: page.items.map(({ name }) => name), NextToken: page.next ?? '' }
    },
  }),
}

interface InFilter {
  readonly DetectorId?: string | undefined
  readonly FilterName?: string | undefined
}

function inFilter(input: InFilter, call: Call): readonly string[] {
  return inDetector(input, call).map((arn) => `${arn}/filter/${input.FilterName}`)
}

function requireFilter(call: Call, { DetectorId: id, FilterName: name = '' }: InFilter): FindingFilter {
  requireDetector(call, id)
  const filter = call.state.get('findingFilter', inRegion(call) + name)
  if (filter === undefined) throw badRequest('The request is rejected since no such resource found.')
  return filter
}
