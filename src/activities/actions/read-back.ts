import { setTimeout as pause } from 'node:timers/promises'
import { failure } from '#activities/aws/translate-error'
import { judge } from '#domain/judge'
import type { PlannedStep } from '#domain/plan'
import type { DeclaredCall, State, Values } from '#domain/state'
import { SETTLE_MS } from './eventual-consistency.ts'

/** IAM’s changes are visible within seconds, rarely a minute. Source: IAM, changes are not always immediately visible. */
const PATIENCE_MS = 120_000
const FIRST_WAIT_MS = 150
const LONGEST_WAIT_MS = 5_000

export interface ReadBack {
  readonly step: PlannedStep
  readonly issued: readonly DeclaredCall[]
  readonly values: Values
  readonly signal: AbortSignal
  readonly observe: () => Promise<{ readonly state: State }>
}

export type ShownBack =
  | { readonly kind: 'done'; readonly state: State }
  | { readonly kind: 'drifted'; readonly state: State; readonly difference: string }
  /** The issued calls are there, and meanwhile more is to be done. */
  | { readonly kind: 'more' }

/** Reads until AWS shows what was acknowledged. Not to see it in time is unknown, not failed: it is tried again from the start. */
export async function readBack({ step, issued, values, signal, observe }: ReadBack): Promise<ShownBack> {
  for (let waited = 0, wait = FIRST_WAIT_MS; ; waited += wait, wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
    const { state } = await observe()
    const judgement = judge(step, state, values)
    if (judgement.kind === 'done') return { kind: 'done', state }
    if (judgement.kind === 'outstanding' && unseen(judgement.calls, issued).length === 0) return { kind: 'more' }
    if (judgement.kind === 'drifted' && waited >= SETTLE_MS) return { ...judgement, state }
    if (judgement.kind === 'outstanding' && waited >= PATIENCE_MS)
      throw failure(
        'unavailable',
        `AWS acknowledged ${unseen(judgement.calls, issued).join(', ')} and does not show it yet`,
      )
    await pause(wait, undefined, { signal })
  }
}

/** Operations that were acknowledged and whose effect does not show. */
const unseen = (outstanding: readonly DeclaredCall[], issued: readonly DeclaredCall[]): readonly string[] =>
  outstanding
    .filter(({ change }) => issued.some((call) => call.change.field === change.field))
    .map(({ operation }) => operation)
