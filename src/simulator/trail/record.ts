import { randomUUID } from 'node:crypto'
import type { Caller } from '#simulator/access/caller'
import { roleArn } from '#simulator/identifiers'
import type { AnyOperation, Service, TouchedResource } from '#simulator/services/service'
import type { AwsFault } from '#simulator/wire/fault'
import { headerOf, type WireRequest } from '#simulator/wire/request'
import type { OperationSchema, Structure } from '#simulator/wire/schema'
import type { TrailRow } from './trail.ts'
import { visible } from './visible.ts'

/** A call that has been decided, as the trail and the call log see it. */
export interface DecidedCall {
  readonly service: Service
  readonly operation: AnyOperation
  readonly schema: OperationSchema
  readonly caller: Caller
  readonly request: WireRequest
  readonly requestId: string
  readonly region: string
  readonly at: number
  readonly input: Structure
  readonly result: { readonly output: Structure } | { readonly fault: AwsFault }
}

/** The events of one call: one in the caller's account, and one in every other account that it concerns. */
export function trailRowsOf(call: DecidedCall, visibleAt: number): readonly TrailRow[] {
  // Another account hears only of what was granted.
  const others = 'output' in call.result ? (call.operation.alsoRecordedIn?.(call.input) ?? []) : []
  const accounts = new Set([call.caller.account].concat(others))
  return [...accounts].map((account) => rowOf(call, { account, visibleAt }))
}

function rowOf(
  call: DecidedCall,
  { account, visibleAt }: { readonly account: string; readonly visibleAt: number },
): TrailRow {
  const { service, operation, schema, caller, input, result, at, region } = call
  const id = randomUUID()
  const resources = 'output' in result ? touchedBy(operation, input, result.output) : touchedBy(operation, input, {})
  return {
    id,
    at,
    visibleAt,
    account,
    region,
    name: schema.name,
    source: service.eventSource,
    readOnly: operation.access !== 'write',
    accessKeyId: caller.accessKeyId,
    username: caller.kind === 'user' ? caller.user.name : caller.sessionName,
    resources,
    event: JSON.stringify(eventOf(call, { id, region, account })),
  }
}

const touchedBy = (operation: AnyOperation, input: Structure, output: Structure): readonly TouchedResource[] =>
  operation.touched?.(input, output).filter(({ name }) => name !== '' && name !== undefined) ?? []

function eventOf(
  call: DecidedCall,
  place: { readonly id: string; readonly region: string; readonly account: string },
): Structure {
  const { service, operation, schema, caller, request, result, at } = call
  return {
    eventVersion: '1.11',
    userIdentity: place.account === caller.account ? identityOf(caller) : foreignIdentityOf(caller),
    eventTime: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: service.eventSource,
    eventName: schema.name,
    awsRegion: place.region,
    sourceIPAddress: request.sourceAddress,
    userAgent: headerOf(request.headers, 'user-agent') ?? '',
    ...('fault' in result ? { errorCode: trailCodeOf(service, result.fault), errorMessage: result.fault.message } : {}),
    requestParameters: orNull(visible(schema.input, call.input)),
    responseElements:
      'output' in result && operation.access !== 'read' ? orNull(visible(schema.output, result.output)) : null,
    requestID: call.requestId,
    eventID: place.id,
    readOnly: operation.access !== 'write',
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: place.account,
    eventCategory: 'Management',
  }
}

const orNull = (shown: unknown): unknown => (shown && Object.keys(shown).length > 0 ? shown : null)

const trailCodeOf = (service: Service, fault: AwsFault): string =>
  service.protocol === 'ec2Query' ? `Client.${fault.code}` : fault.code

const foreignIdentityOf = (caller: Caller): Structure => ({
  type: 'AWSAccount',
  principalId: caller.userId,
  accountId: caller.account,
})

/** How instances get the credentials of their role: IMDSv2. */
const METADATA_SERVICE_VERSION = '2.0'

function identityOf(caller: Caller): Structure {
  const { session } = caller
  const attributes = session && {
    attributes: {
      creationDate: new Date(session.issuedAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      mfaAuthenticated: 'false',
    },
  }
  const common = {
    principalId: caller.userId,
    arn: caller.arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
  }
  if (caller.kind === 'user') {
    return { type: 'IAMUser', ...common, userName: caller.user.name, ...(attributes && { sessionContext: attributes }) }
  }
  const { role } = caller
  const sessionIssuer = {
    type: 'Role',
    principalId: role.id,
    arn: roleArn(role),
    accountId: role.account,
    userName: role.name,
  }
  const sourceIdentity = session?.sourceIdentity ? { sourceIdentity: session.sourceIdentity } : {}
  const delivery = session?.ofInstance ? { ec2RoleDelivery: METADATA_SERVICE_VERSION } : {}
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: { sessionIssuer, ...attributes, ...sourceIdentity, ...delivery },
  }
}
