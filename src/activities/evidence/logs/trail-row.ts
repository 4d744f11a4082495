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
  const { assumedid: id, rolearn, errorcode, eventname } = row
  const [, account, path] = /^arn:[\w-]+:iam::(\d{12}):role\/(.+)$/.exec(rolearn ?? '') ?? []
  const roleId = id?.split(':')[0]
  if (!eventname?.startsWith('AssumeRole') || filled(errorcode) !== null) return []
  if (!id || !roleId || account === undefined || path === undefined) return []
  return [{ id, role: { kind: 'iam-role', account, roleId, name: path.split('/').at(-1) ?? '' } }]
}
