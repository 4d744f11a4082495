import type { Runbook } from 'cordon/runbook'
import { compromisedInstance } from './compromised-instance.ts'
import { compromisedUserCredentials } from './compromised-user-credentials.ts'

/** The shipped runbooks. The first one that handles an incident’s finding types responds to it. */
export const runbooks: readonly Runbook[] = [compromisedInstance, compromisedUserCredentials]
