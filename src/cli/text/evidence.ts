import type { Evidence } from '#cli/answers'
import { time } from './table.ts'

interface SeenCall {
  readonly at: string
  readonly operation: string
  readonly errorCode: string | null
  readonly sourceAddress: string | null
}

interface SeenActivity {
  readonly calls: readonly SeenCall[]
  readonly rolesAssumed: readonly { readonly name: string }[]
  readonly changes: readonly SeenCall[]
  readonly unseen: readonly string[]
}

/** What was collected, under a title: activity call by call, other evidence as it is. */
export const evidenceText = ({ kind, answer }: Pick<Evidence, 'kind' | 'answer'>): string =>
  isActivity(answer)
    ? activityText(answer)
    : Object.entries(answer ?? {})
        .map(factText)
        .join('\n') || kind

/** What each kind of evidence is about. */
export const evidenceTitle = ({ kind }: Pick<Evidence, 'kind'>): string => titles[kind] ?? kind

const titles: Readonly<Record<string, string>> = {
  activityOf: 'What the credential did',
  instanceDetails: 'What the instance is',
  reachOf: 'What the principal can reach',
  trailOf: 'What the principal did, by the organisation’s trail',
  flowsOf: 'With whom the instance talked',
  namesOf: 'Which names the instance asked for',
  objectsOf: 'What the principal did to objects of S3',
  clusterCallsOf: 'Who changed something in the cluster or read its secrets',
}

const factText = ([name, value]: readonly [string, unknown]): string =>
  `  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`

/** What a principal did, and what could not be seen. */
function activityText(answer: SeenActivity): string {
  const { calls, rolesAssumed, changes, unseen } = answer
  return [
    ...calls.map(callText),
    `  ${calls.length} calls; roles assumed: ${rolesAssumed.map(({ name }) => name).join(', ') || 'none'}; changes: ${changes.length}`,
    ...unseen.map((text) => `  not seen: ${text}`),
  ].join('\n')
}

const callText = ({ at, operation, errorCode, sourceAddress }: SeenCall): string =>
  `  ${time(at)} ${operation}${sourceAddress === null ? '' : ` from ${sourceAddress}`}${errorCode === null ? '' : ` (${errorCode})`}`

const isActivity = (answer: unknown): answer is SeenActivity =>
  typeof answer === 'object' &&
  answer !== null &&
  ['calls', 'rolesAssumed', 'changes', 'unseen'].every((name) => name in answer)
