import type { Origin } from '#domain/reread'
import { formOf } from './forms/index.ts'
import { isMembers } from './unwrap.ts'

const FINDING_ARN = /arn:aws[\w-]*:guardduty:([a-z0-9-]+):(\d{12}):detector\/[0-9a-f]+\/finding\/([0-9a-f]+)/

/**
 * Where GuardDuty has the whole of what came: as the finding says, or, of a text that was cut off, as the first ARN in it says. Null
 * where GuardDuty is not the producer or too little came. Source: GuardDuty, Finding.Arn, which is among its first members.
 */
export function originOf(value: unknown): Origin | null {
  if (typeof value === 'string') return originInText(value)
  if (!isMembers(value)) return null
  const { source, id, account, region } = formOf(value).read(value)
  return source === 'guardduty' && id !== null && account !== null && region !== null ? { account, region, id } : null
}

function originInText(text: string): Origin | null {
  const [, region, account, id] = FINDING_ARN.exec(text) ?? []
  return region === undefined || account === undefined || id === undefined ? null : { account, region, id }
}
