import type { ActionName } from '#domain/catalogue/index'

/** What takes more away than an action does, where Cordon has such a thing. */
const wider: Readonly<Partial<Record<ActionName, ActionName>>> = {
  deactivateAccessKeys: 'denyUser',
  denyInstanceSessions: 'revokeRoleSessions',
}

/** From so many drifts on it is somebody’s doing rather than chance. */
const SUSPICIOUS = 2

/** What people are told beside a plan when targets of its incident changed again and again while they decided; empty before that. */
export function driftNotice(drifts: readonly (string | null)[], actions: readonly ActionName[]): string {
  const newest = drifts.at(-1)
  if (!newest || drifts.length < SUSPICIOUS) return ''
  const offers = [...new Set(actions.flatMap((action) => wider[action] ?? []))].filter((one) => !actions.includes(one))
  const next =
    offers.length === 0 ? 'Cordon has no wider action: act by hand' : `A wider action is ${offers.join(' or ')}`
  return `. Targets changed ${drifts.length} times while people decided, the last time: ${newest}. ${next}, or decide at once.`
}
