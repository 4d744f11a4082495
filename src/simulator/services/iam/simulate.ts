import type { SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam'
import { identityPolicies } from '#simulator/access/authorize'
import { isSupportedKey } from '#simulator/policy/conditions'
import { judge, type Verdict } from '#simulator/policy/evaluate'
import { fault } from '#simulator/services/absent'
import { type AnyOperation, type Call, reading } from '#simulator/services/service'
import type { Role, User } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { requireRole, requireUser } from './entities.ts'

const DECISIONS = {
  allow: 'allowed',
  'explicit-deny': 'explicitDeny',
  'implicit-deny': 'implicitDeny',
} as const satisfies Record<Verdict, string>

export const simulation: Readonly<Record<string, AnyOperation>> = {
  SimulatePrincipalPolicy: reading<SimulatePrincipalPolicyRequest, SimulatePolicyResponse>({
    resources: (input) => [input.PolicySourceArn ?? ''],
    run: simulate,
  }),
}

function simulate(input: SimulatePrincipalPolicyRequest, call: Call): SimulatePolicyResponse {
  if (input.PolicyInputList || input.ResourcePolicy || input.PermissionsBoundaryPolicyInputList)
    throw notImplemented('simulation of other policies')
  const policies = identityPolicies(principalOf(call, input.PolicySourceArn ?? ''))
  const context = contextOf(input)
  const resources = input.ResourceArns ?? ['*']
  const results = (input.ActionNames ?? []).flatMap((action) =>
    resources.map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: DECISIONS[judge(policies, { action, resource, context })],
    })),
  )
  return { EvaluationResults: results, IsTruncated: false }
}

function contextOf({ ContextEntries: entries = [] }: SimulatePrincipalPolicyRequest): ReadonlyMap<string, string> {
  const context = new Map<string, string>()
  for (const { ContextKeyName: key = '', ContextKeyValues: values = [] } of entries) {
    if (!isSupportedKey(key)) throw notImplemented(`the condition key ${key}`)
    context.set(key.toLowerCase(), values[0] ?? '')
  }
  return context
}

function principalOf(call: Call, arn: string): User | Role {
  const [, account, kind, name] = /^arn:[\w-]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (account !== call.account)
    throw fault('InvalidInput', `Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  return kind === 'user' ? requireUser(call, name) : requireRole(call, name)
}
