import { setTimeout as pause } from 'node:timers/promises'
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type IAMClient,
  type ServiceLastAccessed,
} from '@aws-sdk/client-iam'
import { failure } from '#activities/aws/translate-error'
import type { UsedService } from '#domain/reach'

const ASK_EVERY_MS = 1_000
const MOST_ASKED = 20
const MOST_SERVICES = 50

/**
 * The services that the principal tried to reach, newest first. IAM makes a report of it, which changes nothing (its access level is Read). Fails with
 * `unprocessable` when the report is not there in time.
 */
export async function usedServices(iam: IAMClient, arn: string, signal: AbortSignal): Promise<readonly UsedService[]> {
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: arn }))
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const report = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))
    if (report.JobStatus === 'COMPLETED') return newest(report.ServicesLastAccessed ?? [])
    if (report.JobStatus === 'FAILED')
      throw failure('unprocessable', `IAM could not make its report: ${report.Error?.Message ?? 'it does not say why'}`)
    await pause(ASK_EVERY_MS, undefined, { signal })
  }
  throw failure('unprocessable', `IAM did not finish its report within ${MOST_ASKED} seconds`)
}

const newest = (services: readonly ServiceLastAccessed[]): readonly UsedService[] =>
  services
    .flatMap(({ ServiceNamespace: service = '', LastAuthenticated: at }) =>
      at === undefined ? [] : [{ service, at: at.toISOString() }],
    )
    .toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
    .slice(0, MOST_SERVICES)
