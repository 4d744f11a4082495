import { signal } from '@preact/signals'
import type { Waiting } from '#api/schemas/incident'
import { ask, type Refusal } from './ask.ts'

/** What waits for whoever is signed in. The head counts it and the first page shows it: it is read once. */
export const waiting = signal<Waiting | null>(null)
export const waitingRefusal = signal<Refusal | null>(null)

export const readWaiting = () => ask<Waiting>('/api/waiting')

/** How many plans wait for their vote. */
export const approvalsWaiting = (): number =>
  waiting.value === null ? 0 : waiting.value.approvals.length + waiting.value.moreApprovals
