import type { CallRow } from '#simulator/calls'
import type { FaultRun } from '../run.ts'
import { repeated } from './record.ts'

const CORDON = /:assumed-role\/Cordon|:user\/cordon-/

const requestsOf = ({ calls }: FaultRun): readonly CallRow[] => calls.filter(({ principal }) => CORDON.test(principal))

/** I18, and what else is a number and no violation: how many requests Cordon made, beside the twin’s, and how many pages came again. */
export function countsOf(run: FaultRun, twin: FaultRun | undefined): readonly string[] {
  const ours = requestsOf(run)
  const writes = ours.filter(({ access }) => access === 'write').length
  const theirs = twin === undefined ? '' : beside(ours.length, requestsOf(twin).length)
  const again = repeated(run.pages.map(({ webhookId }) => webhookId)).length
  return [
    `I18  ${ours.length} requests by Cordon, ${writes} of them writes${theirs}`,
    `I17  ${run.pages.length} pages came, ${again} of them again under the same id`,
  ]
}

const beside = (ours: number, theirs: number): string =>
  `; ${theirs} without faults, so ${theirs === 0 ? 'no factor' : `${(ours / theirs).toFixed(2)} times as many`}`
