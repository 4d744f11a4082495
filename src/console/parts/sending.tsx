import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { Answer } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'

export interface Sending {
  readonly isBusy: ReadonlySignal<boolean>
  readonly problem: ReadonlySignal<string | null>
  /** Sends once at a time; what was answered, or null when it was refused, which is then shown. Pages read again. */
  readonly send: <T>(ask: () => Promise<Answer<T>>) => Promise<{ readonly value: T } | null>
}

/** A wish of a person on its way, and what was wrong with it. */
export function useSending(): Sending {
  const isBusy = useSignal(false)
  const problem = useSignal<string | null>(null)

  const send: Sending['send'] = async (ask) => {
    if (isBusy.value) return null
    isBusy.value = true
    const answer = await ask()
    isBusy.value = false
    problem.value = answer.ok ? null : answer.refusal.detail
    happened.value += 1
    return answer.ok ? { value: answer.value } : null
  }
  return { isBusy, problem, send }
}

/** What was wrong, where the person looks. */
export const Problem = ({ of }: { readonly of: Sending }) =>
  of.problem.value === null ? null : <p role="alert">{of.problem.value}</p>
