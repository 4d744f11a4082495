import type { ActionName } from '#domain/catalogue/index'
import { archiveFindings } from './archive-findings.ts'
import { captureVolatile } from './capture-volatile.ts'
import { deactivateAccessKeys } from './deactivate-access-keys.ts'
import { denyInstanceSessions } from './deny-instance-sessions.ts'
import { denyUser } from './deny-user.ts'
import type { Doing } from './doing.ts'
import { giveFindingFeedback } from './give-finding-feedback.ts'
import { isolateInstance } from './isolate-instance.ts'
import { noteInSecurityHub } from './note-in-security-hub.ts'
import { protectInstance } from './protect-instance.ts'
import { revokeRoleSessions } from './revoke-role-sessions.ts'
import { rotateAccessKey } from './rotate-access-key.ts'
import { snapshotVolumes } from './snapshot-volumes.ts'
import { suppressFindings } from './suppress-findings.ts'
import { suspendReplacement } from './suspend-replacement.ts'

/** How each action of the catalogue is done. One file an action; a name that is missing here does not compile. */
export const actions: { readonly [Name in ActionName]: Doing<Name> } = {
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
