import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail } from './calls.ts'

/** What is known of the incident, in one sentence after another that each stand alone. */
export function knownOf(incident: IncidentDetail): string {
  return [judged(incident), held(incident), ended(incident)].filter((part) => part !== '').join(' ')
}

function judged({ verdict, confidence, reasons }: IncidentDetail): string {
  if (verdict === null) return texts.known.notJudged
  const [because] = reasons
  const said = texts.known.judged(verdict, confidence)
  return because === undefined ? `${said}.` : `${said}: ${withEnd(because)}`
}

function held({ containments }: IncidentDetail): string {
  const holding = containments.filter(({ releasedAt }) => releasedAt === null).length
  if (containments.length === 0) return ''
  return holding === 0 ? texts.known.allReleased : texts.known.holding(holding)
}

const ended = ({ status, closureCode, mergedInto }: IncidentDetail): string => {
  if (mergedInto !== null) return texts.known.merged(mergedInto)
  return status === 'closed' ? texts.known.closed(closureCode ?? '') : ''
}

const withEnd = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`)
