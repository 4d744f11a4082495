import type { Json } from '#domain/json'
import { diverged } from './misuse.ts'
import { records } from './records.ts'

export interface RecordedRun {
  readonly incident: string
  readonly episode: number
}

type Answer = (key: string, plans: readonly string[]) => Promise<Json>

/** Does a verb call, unless its answer is recorded already; gives the answer. */
export type Recorded = (verb: string, asked: Json, answer: Answer) => Promise<Json>

/** Numbers the verb calls of one run of a runbook, so that another run of the same program finds their answers. */
export function recorder({ incident, episode }: RecordedRun): Recorded {
  let position = 0
  const counts = new Map<string, number>()
  return async (verb, asked, answer) => {
    const same = `${verb} ${JSON.stringify(asked)}`
    const nth = counts.get(same) ?? 0
    counts.set(same, nth + 1)
    const opened = await records.openVerb({ incident, episode, position: position++, verb, arguments: asked, nth })
    if (opened.kind === 'answered') return opened.outcome
    if (opened.kind === 'diverged') throw diverged(`${verb} was asked where the record shows ${opened.expected}`)
    const outcome = await answer(opened.key, opened.plans)
    await records.answerVerb({ incident, key: opened.key, outcome })
    return outcome
  }
}
