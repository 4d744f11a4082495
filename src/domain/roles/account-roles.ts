import { entryOf } from '#domain/catalogue/erased'
import type { PlannedStep } from '#domain/plan'

/** The role that the executor reads an account with. */
export const READER = 'CordonReader'
/** The roles that the gate opens sessions of steps in: one to contain and to collect, one to put back and to recover. */
export const RESPONDER = 'CordonResponder'
export const RESTORER = 'CordonRestorer'

export const writingRoles = [RESPONDER, RESTORER] as const
export type WritingRole = (typeof writingRoles)[number]

/** Every role that Cordon has in an account, and what it is for. */
export const accountRoles = {
  [READER]: 'Reads what plans, read-backs, evidence and the doctor need; changes nothing',
  [RESPONDER]: 'Contains, and starts the collection of evidence',
  [RESTORER]: 'Takes a containment back, and gives owners what they need to recover',
} as const
export type AccountRole = keyof typeof accountRoles

/** The role in which a step’s session is opened: what puts back or recovers can never be done by what contains. */
export const roleFor = ({ action, direction }: Pick<PlannedStep, 'action' | 'direction'>): WritingRole =>
  direction === 'revert' || entryOf(action).phase === 'recover' ? RESTORER : RESPONDER
