import { type ReadonlySignal, useSignal } from '@preact/signals'
import type { Answer, Refusal } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { texts } from '#console/texts/texts.ts'

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
    const outcome = await outcomeOf(ask)
    isBusy.value = false
    problem.value = 'problem' in outcome ? outcome.problem : null
    happened.value += 1
    return 'problem' in outcome ? null : outcome
  }
  return { isBusy, problem, send }
}

/** What is wrong in words, or null. */
export async function problemIn(work: () => Promise<Answer<unknown>>): Promise<string | null> {
  const outcome = await outcomeOf(work)
  return 'problem' in outcome ? outcome.problem : null
}

type Outcome<T> = { readonly value: T } | { readonly problem: string }

/** An authenticator that nobody touched throws. */
async function outcomeOf<T>(work: () => Promise<Answer<T>>): Promise<Outcome<T>> {
  try {
    const answer = await work()
    return answer.ok ? { value: answer.value } : { problem: refusalText(answer.refusal) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

const refusalText = ({ status, detail }: Refusal): string => (status === 0 ? texts.notSent : detail)

/** What was wrong, where the person looks. */
export const Problem = ({ of }: { readonly of: Sending }) =>
  of.problem.value === null ? null : <p role="alert">{of.problem.value}</p>
