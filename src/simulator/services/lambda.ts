import type {
  FunctionConfiguration,
  GetFunctionRequest,
  GetFunctionResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from '@aws-sdk/client-lambda'
import type { LambdaFunction } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'
import { pageOf } from './pages.ts'
import { type Call, reading, type Service } from './service.ts'

const PAGE_SIZE = 50
const TIMEOUT_SECONDS = 30
const MEMORY_MIB = 256

export const lambda: Service = {
  signingName: 'lambda',
  protocol: 'restJson1',
  xmlNamespace: '',
  eventSource: 'lambda.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-lambda'),
  operations: {
    ListFunctions: reading<ListFunctionsRequest, ListFunctionsResponse>({
      run(input, call) {
        const page = pageOf(call.state.list('function', placeOf(call)), {
          marker: input.Marker,
          size: input.MaxItems ?? PAGE_SIZE,
        })
        return { Functions: page.items.map(configurationOf), NextMarker: page.next }
      },
    }),
    GetFunction: reading<GetFunctionRequest, GetFunctionResponse>({
      resources: (input, call) => [arnOf(input.FunctionName ?? '', call)],
      run(input, call) {
        const found = call.state.get('function', placeOf(call) + nameOf(input.FunctionName ?? ''))
        if (!found) {
          throw new AwsFault(
            'ResourceNotFoundException',
            `Function not found: ${arnOf(input.FunctionName ?? '', call)}`,
            { status: 404, members: { Type: 'User' } },
          )
        }
        return { Configuration: configurationOf(found), Tags: { ...found.tags } }
      },
    }),
  },
}

const placeOf = ({ account, region }: Call): string => `${account}/${region}/`

/** A function may be named by its ARN. */
const nameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? '') : nameOrArn

const arnOf = (nameOrArn: string, { account, region }: Call): string =>
  `arn:aws:lambda:${region}:${account}:function:${nameOf(nameOrArn)}`

const configurationOf = (stored: LambdaFunction): FunctionConfiguration => ({
  FunctionName: stored.name,
  FunctionArn: stored.arn,
  Role: stored.role,
  Runtime: stored.runtime as NonNullable<FunctionConfiguration['Runtime']>,
  Handler: 'index.handler',
  Timeout: TIMEOUT_SECONDS,
  MemorySize: MEMORY_MIB,
  LastModified: new Date(stored.modifiedAt).toISOString().replace('Z', '+0000'),
  Version: '$LATEST',
  PackageType: 'Zip',
  State: 'Active',
})
