import type { PolicyDocument, Statement } from './document.ts'
import { judge, type Question } from './evaluate.ts'

/** Who asks to assume a role. */
export interface Assuming {
  /** The IAM ARN: of the user, or of the role behind a session. */
  readonly principalArn: string
  /** The STS ARN of a role session, else the same as principalArn. */
  readonly callerArn: string
  readonly account: string
}

/**
 * What a trust policy says about a principal: `names-principal` suffices inside one account, `names-account` leaves
 * the decision to the principal's own policies.
 */
export type TrustVerdict = 'names-principal' | 'names-account' | 'explicit-deny' | 'implicit-deny'

export function judgeTrust(trust: PolicyDocument, question: Question, assuming: Assuming): TrustVerdict {
  const named = judge([trust], question, (statement) => namesPrincipal(statement, assuming))
  if (named === 'explicit-deny') return named
  const account = judge([trust], question, (statement) => namesAccount(statement, assuming))
  if (account === 'explicit-deny') return account
  if (named === 'allow') return 'names-principal'
  return account === 'allow' ? 'names-account' : 'implicit-deny'
}

const namesPrincipal = ({ principals }: Statement, { principalArn, callerArn }: Assuming): boolean =>
  principals?.aws.some((principal) => principal === '*' || principal === principalArn || principal === callerArn) ??
  false

const namesAccount = ({ principals }: Statement, { account }: Assuming): boolean =>
  principals?.aws.some(
    (principal) => principal === account || /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] === account,
  ) ?? false
