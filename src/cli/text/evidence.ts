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

/** What a principal did, and what could not be seen; other evidence as it is. */
export function activityText({ answer }: Pick<Evidence, 'answer'>): string {
  if (!isActivity(answer)) return JSON.stringify(answer, null, 2)
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
