import { type IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam'
import { isNotOffered } from '#activities/aws/not-offered'
import type { Refused } from '#domain/doctor/accounts'
import { questionsFor } from '#domain/doctor/permissions'
import { reasonOf } from './inspect-hub.ts'

interface Wanted {
  readonly role: string
  readonly permissions: Parameters<typeof questionsFor>[0]
  readonly place: Parameters<typeof questionsFor>[1]
}

/** Which permissions the role’s policies refuse, by IAM’s own simulation; nothing is tried. */
export async function refusedOf(iam: IAMClient, { role, permissions, place }: Wanted): Promise<Refused> {
  const refused: string[] = []
  try {
    for (const { resource, permissions: asked } of questionsFor(permissions, place)) {
      const question = { PolicySourceArn: role, ActionNames: [...asked], ResourceArns: [resource] }
      for await (const { EvaluationResults: results = [] } of paginateSimulatePrincipalPolicy(
        { client: iam },
        question,
      ))
        refused.push(
          ...results
            .filter(({ EvalDecision }) => EvalDecision !== 'allowed')
            .map(({ EvalActionName }) => EvalActionName ?? ''),
        )
    }
    return { kind: 'asked', refused }
  } catch (error) {
    const reason = isNotOffered(error) ? 'the endpoint has no SimulatePrincipalPolicy' : reasonOf(error)
    return { kind: 'unasked', reason }
  }
}
