import type { Change, View } from './state/store.ts'
import type { DecidedCall } from './trail/record.ts'

const NOTED_EVERY_MS = 1000

/** The change that a call makes to the "last used" of the key or role it was signed with; nothing when that was just noted. */
export function keyUse(now: View, decided: DecidedCall & { readonly changes: readonly Change[] }): readonly Change[] {
  const isOwn = ([table, key]: Change): boolean =>
    decided.changes.some((change) => change[0] === table && change[1] === key)
  return noteUse(now, decided).filter((change) => !isOwn(change))
}

function noteUse(now: View, decided: DecidedCall): readonly Change[] {
  const { caller, region, service, at } = decided
  if (caller.kind === 'role') return noteRole(now, `${caller.account}/${caller.role.name}`, decided)
  const accessKey = caller.session ? undefined : now.get('accessKey', caller.accessKeyId)
  if (!accessKey || at - (accessKey.lastUsed?.at ?? 0) < NOTED_EVERY_MS) return []
  return [['accessKey', accessKey.id, { ...accessKey, lastUsed: { at, region, service: service.signingName } }]]
}

function noteRole(now: View, key: string, { region, at }: DecidedCall): readonly Change[] {
  const role = now.get('role', key)
  if (!role || at - (role.lastUsed?.at ?? 0) < NOTED_EVERY_MS) return []
  return [['role', key, { ...role, lastUsed: { at, region } }]]
}
