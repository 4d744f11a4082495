import { archiveFindings } from './archive-findings.ts'
import { captureVolatile } from './capture-volatile.ts'
import { deactivateAccessKeys } from './deactivate-access-keys.ts'
import { denyInstanceSessions } from './deny-instance-sessions.ts'
import { denyUser } from './deny-user.ts'
import { giveFindingFeedback } from './give-finding-feedback.ts'
import { isolateInstance } from './isolate-instance.ts'
import { noteInSecurityHub } from './note-in-security-hub.ts'
import { protectInstance } from './protect-instance.ts'
import { revokeRoleSessions } from './revoke-role-sessions.ts'
import { rotateAccessKey } from './rotate-access-key.ts'
import { snapshotVolumes } from './snapshot-volumes.ts'
import { suppressFindings } from './suppress-findings.ts'
import { suspendReplacement } from './suspend-replacement.ts'

/** Every action that Cordon can take. A name here without its other half in `activities/actions` does not compile. */
export const catalogue = {
  denyUser,
  deactivateAccessKeys,
  revokeRoleSessions,
  rotateAccessKey,
  protectInstance,
  captureVolatile,
  suspendReplacement,
  isolateInstance,
  denyInstanceSessions,
  snapshotVolumes,
  archiveFindings,
  suppressFindings,
  giveFindingFeedback,
  noteInSecurityHub,
}

export type ActionName = keyof typeof catalogue

export type TargetOf<Name extends ActionName> = NonNullable<(typeof catalogue)[Name]['types']>['target']
export type StateOf<Name extends ActionName> = NonNullable<(typeof catalogue)[Name]['types']>['state']

export function isActionName(text: string): text is ActionName {
  return Object.hasOwn(catalogue, text)
}
