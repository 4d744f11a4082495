import type { ChangeView } from '#cli/answers'
import { time, value } from './table.ts'

/** A change as people decide it: what it makes different, what to think of, who must agree and until when. */
export function changeText(change: ChangeView): string {
  const { shortHash, phrase, title, kind, status, statusReason, proposer, quorum, votes } = change
  return [
    `Change ${shortHash}  ${title}  [${kind}, ${status}]`,
    `  its phrase is ${phrase}`,
    `  id ${change.id}`,
    `  proposed by ${proposer} at ${time(change.proposedAt)}`,
    ...(statusReason === null ? [] : [`  ${statusReason}`]),
    ...change.differences.map(({ path, before, after }) => `  ${path}: ${value(before)} → ${value(after)}`),
    ...change.concerns.map((text) => `  think of: ${text}`),
    `  quorum ${quorum.given} of ${quorum.required} from ${quorum.groups} groups; ${quorum.eligible} people may vote`,
    ...votes.map(
      ({ person, decision, at, reason }) =>
        `    ${person}: ${decision} at ${time(at)}${reason === null ? '' : `: ${reason}`}`,
    ),
    `  decide by ${time(change.decideBy)}`,
  ].join('\n')
}
