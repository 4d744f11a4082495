import { randomUUID } from 'node:crypto'
import type {
  GenerateServiceLastAccessedDetailsRequest,
  GenerateServiceLastAccessedDetailsResponse,
  GetServiceLastAccessedDetailsRequest,
  GetServiceLastAccessedDetailsResponse,
  ServiceLastAccessed,
} from '@aws-sdk/client-iam'
import { type AnyOperation, type Call, reading } from '#simulator/services/service'
import type { TrailRow } from '#simulator/trail/trail'
import { noSuchEntity } from './entities.ts'

/** A report is never there at once. */
const TAKES_MS = 200

/** Reports of the services that a principal tried to reach, made of the trail. */
export const accessReports: Readonly<Record<string, AnyOperation>> = {
  GenerateServiceLastAccessedDetails: reading<
    GenerateServiceLastAccessedDetailsRequest,
    GenerateServiceLastAccessedDetailsResponse
  >({
    resources: ({ Arn = '' }) => [Arn],
    run({ Arn = '' }, call) {
      const id = randomUUID()
      call.state.put('accessReport', id, { account: call.account, arn: Arn, at: call.at })
      return { JobId: id }
    },
  }),
  GetServiceLastAccessedDetails: reading<GetServiceLastAccessedDetailsRequest, GetServiceLastAccessedDetailsResponse>({
    run({ JobId = '' }, call) {
      const report = call.state.get('accessReport', JobId)
      if (report?.account !== call.account) throw noSuchEntity(`There is no job ${JobId}.`)
      const isDone = call.at >= report.at + TAKES_MS
      return {
        JobStatus: isDone ? 'COMPLETED' : 'IN_PROGRESS',
        JobCreationDate: new Date(report.at),
        JobCompletionDate: isDone ? new Date(report.at + TAKES_MS) : undefined,
        ServicesLastAccessed: isDone ? servicesOf(report.arn, call) : [],
      }
    },
  }),
}

function servicesOf(arn: string, call: Call): ServiceLastAccessed[] {
  const own = call.trail.all().filter((row) => row.account === call.account && isBy(row, arn))
  const newest = new Map<string, number>()
  for (const { source, at } of own) newest.set(source, Math.max(at, newest.get(source) ?? 0))
  return [...newest].map(([source, at]) => {
    const service = source.split('.')[0] ?? source
    return {
      ServiceName: service,
      ServiceNamespace: service,
      LastAuthenticated: new Date(at),
      LastAuthenticatedEntity: arn,
    }
  })
}

/** A user by its own ARN, a role by its sessions’ issuer. */
function isBy({ event }: TrailRow, arn: string): boolean {
  const { userIdentity: by } = JSON.parse(event) as { readonly userIdentity: Identity }
  return by.arn === arn || by.sessionContext?.sessionIssuer?.arn === arn
}

interface Identity {
  readonly arn?: string
  readonly sessionContext?: { readonly sessionIssuer?: { readonly arn: string } }
}
