import { setTimeout as pause } from 'node:timers/promises'
import { failure } from '#activities/aws/translate-error'
import { judge } from '#domain/judge'
import type { PlannedStep } from '#domain/plan'
import type { DeclaredCall, State, Values } from '#domain/state'

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
    if (judgement.kind === 'drifted') return { ...judgement, state }
    const unseen = judgement.calls.filter(({ change }) => issued.some((call) => call.change.field === change.field))
    if (unseen.length === 0) return { kind: 'more' }
    if (waited >= PATIENCE_MS) throw failure('unavailable', `AWS acknowledged ${list(unseen)} and does not show it yet`)
    await pause(wait, undefined, { signal })
  }
}

const list = (calls: readonly DeclaredCall[]): string => calls.map(({ operation }) => operation).join(', ')
