import type { ObservedCall } from '#domain/evidence'
import type { IamRole } from '#domain/targets'
import type { LogRow } from './run-query.ts'

/** A role’s session that a call opened. */
export interface SessionOpened {
  /** `AROA…:name`. */
  readonly id: string
  readonly role: IamRole
}

/** One row of the trail as a call. */
export const callIn = (row: LogRow): ObservedCall => ({
  principalId: row.principalid ?? '',
  at: row.eventtime ?? '',
  operation: `${row.eventsource?.split('.')[0] ?? ''}:${row.eventname ?? ''}`,
  isReadOnly: row.readonly === 'true',
  errorCode: filled(row.errorcode),
  sourceAddress: filled(row.sourceipaddress),
  accessKeyId: filled(row.accesskeyid),
  resources: aboutOf(row),
})

const filled = (text: string | null | undefined): string | null => text || null

function aboutOf({ about = null, objectkey = null }: LogRow): readonly string[] {
  const named = [about, objectkey].filter((one) => one !== null && one !== '')
  return named.length === 0 ? [] : [named.join('/')]
}

/** The session that the call opened, if it opened one. */
export function openedIn(row: LogRow): readonly SessionOpened[] {
  const { assumedid: id, rolearn } = row
  const role = /^arn:[\w-]+:iam::(?<account>\d{12}):role\/(?:.*\/)?(?<name>[^/]+)$/.exec(rolearn ?? '')?.groups
  if (!hasOpened(row) || !id || role === undefined) return []
  const [roleId = ''] = id.split(':')
  return [{ id, role: { kind: 'iam-role', account: role.account ?? '', roleId, name: role.name ?? '' } }]
}

const hasOpened = ({ eventname, errorcode }: LogRow): boolean =>
  filled(errorcode) === null && eventname?.startsWith('AssumeRole') === true
