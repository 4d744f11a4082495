import type { Runbook } from 'cordon/runbook'
import { compromisedUserCredentials } from './compromised-user-credentials.ts'

/** The shipped runbooks. The first one that handles an incident’s finding types responds to it. */
export const runbooks: readonly Runbook[] = [compromisedUserCredentials]
