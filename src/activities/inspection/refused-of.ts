import { type IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam'
import { isNotOffered } from '#activities/aws/not-offered'
import type { Refused } from '#domain/doctor/accounts'
import { type Asked, questionsFor } from '#domain/doctor/permissions'
import type { AccountRole } from '#domain/roles/account-roles'
import { reasonOf } from './inspect-hub.ts'

interface Wanted {
  readonly role: AccountRole
  readonly place: Parameters<typeof questionsFor>[1]
}

/** Which permissions the role’s policies refuse, by IAM’s own simulation; nothing is tried. */
export async function refusedOf(iam: IAMClient, { role, place }: Wanted): Promise<Refused> {
  const source = `arn:${place.partition}:iam::${place.account}:role/${role}`
  const refused = new Set<string>()
  try {
    for (const asked of questionsFor(role, place))
      for (const one of await refusedIn(iam, source, asked)) refused.add(one)
    return { kind: 'asked', refused: [...refused] }
  } catch (error) {
    const reason = isNotOffered(error) ? 'the endpoint has no SimulatePrincipalPolicy' : reasonOf(error)
    return { kind: 'unasked', reason }
  }
}

async function refusedIn(iam: IAMClient, source: string, { resource, permissions, context }: Asked) {
  const question = {
    PolicySourceArn: source,
    ActionNames: [...permissions],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([key, value]) => ({
      ContextKeyName: key,
      ContextKeyValues: [value],
      ContextKeyType: 'string' as const,
    })),
  }
  const refused: string[] = []
  for await (const { EvaluationResults: results = [] } of paginateSimulatePrincipalPolicy({ client: iam }, question))
    for (const { EvalDecision: decision, EvalActionName: action = '' } of results)
      if (decision !== 'allowed') refused.push(action)
  return refused
}
