import type { Event } from '@aws-sdk/client-cloudtrail'
import type { ObservedCall } from '#domain/evidence'

/** One event of CloudTrail’s history, with the parts of its record that evidence needs. */
export interface TrailEvent {
  readonly id: string
  readonly call: ObservedCall
  /** Of a successful AssumeRole: the role and the session that it opened. */
  readonly opened: OpenedSession | null
}

export interface OpenedSession {
  readonly roleArn: string
  /** `AROA…`, or null where the record does not tell. */
  readonly roleId: string | null
  readonly sessionName: string
}

type Fields = Readonly<Record<string, unknown>>

/** Reads an event; its record is JSON that AWS wrote. */
export function readEvent(event: Event): TrailEvent {
  const record = fieldsOf(JSON.parse(event.CloudTrailEvent ?? '{}'))
  const call = callIn(event, record)
  return {
    id: event.EventId ?? '',
    opened: call.operation === 'sts:AssumeRole' && call.errorCode === null ? openedIn(record) : null,
    call,
  }
}

function callIn({ EventSource = '', EventName = '', ...event }: Event, record: Fields): ObservedCall {
  return {
    principalId: textOf(fieldsOf(record.userIdentity).principalId) ?? '',
    at: textOf(record.eventTime) ?? event.EventTime?.toISOString() ?? '',
    operation: `${EventSource.split('.')[0]}:${EventName}`,
    isReadOnly: record.readOnly === true || event.ReadOnly === 'true',
    errorCode: textOf(record.errorCode),
    sourceAddress: textOf(record.sourceIPAddress),
    accessKeyId: event.AccessKeyId ?? null,
    resources: namesOf(event),
  }
}

const namesOf = ({ Resources = [] }: Pick<Event, 'Resources'>): readonly string[] =>
  Resources.flatMap(({ ResourceName }) => ResourceName ?? [])

function openedIn({ requestParameters, responseElements }: Fields): OpenedSession | null {
  const asked = fieldsOf(requestParameters)
  const assumed = textOf(fieldsOf(fieldsOf(responseElements).assumedRoleUser).assumedRoleId)
  const roleArn = textOf(asked.roleArn)
  const sessionName = textOf(asked.roleSessionName)
  if (roleArn === null || sessionName === null) return null
  return { roleArn, roleId: assumed?.split(':')[0] ?? null, sessionName }
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
