import { findingKey } from '#domain/finding'

/** The parts of an Amazon Resource Name. Region and account are empty where the service has none. */
export interface Arn {
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

const ARN = /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/s

/** Null when the text is no ARN. Source: IAM, Amazon Resource Names. */
export function arnOf(text: string | null): Arn | null {
  const [, service, region, account, resource] = ARN.exec(text ?? '') ?? []
  return service === undefined || region === undefined || account === undefined || resource === undefined
    ? null
    : { service, region, account, resource }
}

export interface GuardDutyId {
  readonly account: string
  readonly region: string
  readonly id: string
}

/** Whose finding a GuardDuty finding’s ARN names; null when it is none. Source: GuardDuty, Finding.Arn. */
export function guardDutyIdOf(text: string | null): GuardDutyId | null {
  const arn = arnOf(text)
  const [, id] = /^detector\/[^/]+\/finding\/([^/]+)$/.exec(arn?.resource ?? '') ?? []
  return arn?.service === 'guardduty' && arn.account !== '' && arn.region !== '' && id !== undefined
    ? { account: arn.account, region: arn.region, id }
    : null
}

/** The key of the finding that the ARN names, or null. */
export function keyOfArn(text: string | null): string | null {
  const named = guardDutyIdOf(text)
  return named === null ? null : findingKey(named.account, named.region, named.id)
}
