import { toJudgeBy } from '#domain/records'
import { wakesPeople } from '#domain/triage/priority'
import type { Judged } from '#domain/verdict'
import type { Episode } from './episode.ts'

/**
 * Calls people about a verdict: at once when it cannot wait, and whatever it is when nobody answered what only a person can, by its deadline.
 * A threat calls until it is contained; anything else until somebody looks after it, there is more to judge, or it is judged otherwise.
 */
export function callAbout(episode: Episode, judged: Judged, isSuperseded: () => boolean): void {
  const { call, record } = episode
  const { verdict, reasons, priority } = judged
  const seen = toJudgeBy(record.now())
  const isAnswered = (): boolean => {
    const now = record.now()
    return verdict === 'threat' ? now.status !== 'open' : now.isAcknowledged || toJudgeBy(now) > seen || isSuperseded()
  }
  const text = [verdict, priority, deadlineText(judged)].filter((word) => word !== undefined).join(', ')
  const about = `${text}: ${reasons.join('; ')}`
  // Before there were priorities, everything that was not quiet called.
  if (priority === undefined || wakesPeople({ verdict, priority }))
    call({ key: `verdict/${verdict}`, text: about, isAnswered })
  callWhenLate(episode, { ...judged, about, isSuperseded })
}

const deadlineText = ({ answerBy }: Judged): string | undefined =>
  typeof answerBy === 'string' ? `to be answered by ${answerBy}` : undefined

interface Late extends Judged {
  readonly about: string
  readonly isSuperseded: () => boolean
}

/** Who looks after it and gives no answer is called again too: only an answer, or something new to judge, ends the deadline. */
function callWhenLate({ call, record }: Episode, { answerBy, verdict, about, isSuperseded }: Late): void {
  if (typeof answerBy !== 'string') return
  const seen = toJudgeBy(record.now())
  const isAnswered = (): boolean => record.now().status !== 'open' || toJudgeBy(record.now()) > seen || isSuperseded()
  const quietMs = Math.max(1, Date.parse(answerBy) - Date.now())
  call({ key: `late/${verdict}`, text: `Nobody has answered in time; ${about}`, isAnswered, quietMs })
}
