import { randomUUID } from 'node:crypto'
import type {
  CreateWorkGroupInput,
  CreateWorkGroupOutput,
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  GetQueryResultsInput,
  GetQueryResultsOutput,
  GetWorkGroupInput,
  GetWorkGroupOutput,
  QueryExecution,
  StartQueryExecutionInput,
  StartQueryExecutionOutput,
  StopQueryExecutionInput,
  StopQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { fault, present } from '#simulator/services/absent'
import { pageOf } from '#simulator/services/pages'
import { type Call, reading, type Service, writing } from '#simulator/services/service'
import type { AskedQuery, Workgroup } from '#simulator/state/tables'
import { runSelect } from './run-select.ts'

const PAGE_SIZE = 1000
/** Source: Athena API, WorkGroupConfiguration. */
const LEAST_CUT_OFF = 10_000_000

const placeOf = ({ account, region }: Call): string => `${account}/${region}/`
const arnOf = (call: Call, name: string): string => `arn:aws:athena:${call.region}:${call.account}:workgroup/${name}`

const workgroupIn = (call: Call, name = ''): Workgroup =>
  present(call.state.get('workgroup', placeOf(call) + name), () =>
    fault('InvalidRequestException', 'WorkGroup is not found.'),
  )

const queryIn = (call: Call, id = ''): AskedQuery =>
  present(call.state.get('query', placeOf(call) + id), () =>
    fault('InvalidRequestException', `QueryExecution ${id} was not found`),
  )

/** A query belongs to its workgroup, and so do the rights to it. */
const ofQuery = ({ QueryExecutionId: id }: { readonly QueryExecutionId?: string | undefined }, call: Call) => [
  arnOf(call, call.state.get('query', placeOf(call) + (id ?? ''))?.workgroup ?? '*'),
]

export const athena: Service = {
  signingName: 'athena',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'athena.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-athena'),
  operations: {
    CreateWorkGroup: writing<CreateWorkGroupInput, CreateWorkGroupOutput>({
      resources: ({ Name = '' }, call) => [arnOf(call, Name)],
      mayIgnore: ['Description', 'Tags'],
      run: createWorkgroup,
    }),
    GetWorkGroup: reading<GetWorkGroupInput, GetWorkGroupOutput>({
      resources: ({ WorkGroup = '' }, call) => [arnOf(call, WorkGroup)],
      run: ({ WorkGroup }, call) => ({ WorkGroup: workgroupShape(workgroupIn(call, WorkGroup)) }),
    }),
    StartQueryExecution: writing<StartQueryExecutionInput, StartQueryExecutionOutput>({
      resources: ({ WorkGroup = 'primary' }, call) => [arnOf(call, WorkGroup)],
      mayIgnore: ['ClientRequestToken'],
      run: startQuery,
    }),
    GetQueryExecution: reading<GetQueryExecutionInput, GetQueryExecutionOutput>({
      resources: ofQuery,
      run: ({ QueryExecutionId }, call) => ({ QueryExecution: queryShape(queryIn(call, QueryExecutionId), call) }),
    }),
    GetQueryResults: reading<GetQueryResultsInput, GetQueryResultsOutput>({ resources: ofQuery, run: queryResults }),
    StopQueryExecution: writing<StopQueryExecutionInput, StopQueryExecutionOutput>({
      resources: ofQuery,
      run({ QueryExecutionId }, call) {
        const query = queryIn(call, QueryExecutionId)
        if (stateOf(query, call).State === 'RUNNING')
          call.state.put('query', placeOf(call) + query.id, { ...query, stoppedAt: call.at })
        return {}
      },
    }),
  },
}

function createWorkgroup({ Name = '', Configuration = {} }: CreateWorkGroupInput, call: Call): CreateWorkGroupOutput {
  if (call.state.get('workgroup', placeOf(call) + Name) !== undefined)
    throw fault('InvalidRequestException', `WorkGroup ${Name} is already created`)
  const { BytesScannedCutoffPerQuery: cutOff, EnforceWorkGroupConfiguration: isEnforced = true } = Configuration
  if (cutOff !== undefined && cutOff < LEAST_CUT_OFF)
    throw fault('InvalidRequestException', `BytesScannedCutoffPerQuery must be at least ${LEAST_CUT_OFF}`)
  call.state.put('workgroup', placeOf(call) + Name, {
    name: Name,
    isEnabled: true,
    isEnforced,
    cutOff: cutOff ?? null,
    isManaged: Configuration.ManagedQueryResultsConfiguration?.Enabled === true,
    createdAt: call.at,
  })
  return {}
}

const workgroupShape = ({ name, isEnabled, isEnforced, cutOff, isManaged, createdAt }: Workgroup) => ({
  Name: name,
  State: isEnabled ? ('ENABLED' as const) : ('DISABLED' as const),
  CreationTime: new Date(createdAt),
  Configuration: {
    EnforceWorkGroupConfiguration: isEnforced,
    ManagedQueryResultsConfiguration: { Enabled: isManaged },
    ...(cutOff === null ? {} : { BytesScannedCutoffPerQuery: cutOff }),
  },
})

function startQuery(input: StartQueryExecutionInput, call: Call): StartQueryExecutionOutput {
  const { QueryString: text = '', ExecutionParameters: parameters = [], WorkGroup = 'primary' } = input
  const { cutOff } = workgroupIn(call, WorkGroup)
  const { queryRunsMs, queryScansBytes } = call.faults.settings
  const ran = runSelect(call, text, parameters)
  const bytes = ran.bytes + queryScansBytes
  const isTooMuch = ran.ended === null && cutOff !== null && bytes > cutOff
  const query: AskedQuery = {
    ...ran,
    id: randomUUID(),
    workgroup: WorkGroup,
    text,
    parameters: [...parameters],
    database: input.QueryExecutionContext?.Database ?? '',
    askedAt: call.at,
    endsAt: call.at + queryRunsMs,
    stoppedAt: null,
    bytes: isTooMuch ? cutOff : bytes,
    ended: isTooMuch ? { state: 'CANCELLED', reason: 'Bytes scanned limit was exceeded' } : ran.ended,
  }
  call.state.put('query', placeOf(call) + query.id, query)
  return { QueryExecutionId: query.id }
}

function stateOf({ endsAt, stoppedAt, ended }: AskedQuery, { at }: Call): NonNullable<QueryExecution['Status']> {
  if (stoppedAt !== null) return { State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' }
  if (at < endsAt) return { State: 'RUNNING' }
  return ended === null ? { State: 'SUCCEEDED' } : { State: ended.state, StateChangeReason: ended.reason }
}

const queryShape = (query: AskedQuery, call: Call): QueryExecution => ({
  QueryExecutionId: query.id,
  Query: query.text,
  ExecutionParameters: [...query.parameters],
  StatementType: 'DML',
  QueryExecutionContext: { Database: query.database },
  WorkGroup: query.workgroup,
  Status: { ...stateOf(query, call), SubmissionDateTime: new Date(query.askedAt) },
  Statistics: { DataScannedInBytes: query.bytes },
})

function queryResults(input: GetQueryResultsInput, call: Call): GetQueryResultsOutput {
  const query = queryIn(call, input.QueryExecutionId)
  const { State } = stateOf(query, call)
  if (State !== 'SUCCEEDED')
    throw fault('InvalidRequestException', `Query has not yet finished. Current state: ${State}`)
  const page = pageOf([query.columns, ...query.rows], { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
  return {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: query.columns.map((Name) => ({ Name, Type: 'varchar' })) },
      Rows: page.items.map((row) => ({ Data: row.map((value) => (value === null ? {} : { VarCharValue: value })) })),
    },
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  }
}
