import type {
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListRolePoliciesRequest,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam'
import { parsePolicy } from '#simulator/policy/document'
import { type AnyOperation, reading, writing } from '#simulator/services/service'
import type { Role, User } from '#simulator/state/tables'
import {
  encodeDocument,
  iamPage,
  limitExceeded,
  noSuchEntity,
  putRole,
  putUser,
  requireRole,
  requireUser,
  roleResource,
  touchedRole,
  touchedUser,
  userResource,
} from './entities.ts'

/** Characters of all inline policies of one principal together; white space does not count. */
const INLINE_LIMIT = { user: 2048, role: 10_240 } as const

type Nothing = Record<string, never>
type Holder = User | Role

export const inlinePolicies: Readonly<Record<string, AnyOperation>> = {
  PutUserPolicy: writing<PutUserPolicyRequest, Nothing>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      putUser(call, withInline(requireUser(call, input.UserName), 'user', input))
      return {}
    },
  }),
  PutRolePolicy: writing<PutRolePolicyRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      putRole(call, withInline(requireRole(call, input.RoleName), 'role', input))
      return {}
    },
  }),
  GetUserPolicy: reading<GetUserPolicyRequest, GetUserPolicyResponse>({
    resources: userResource,
    touched: touchedUser,
    run: (input, call) => ({
      UserName: input.UserName,
      ...inlineOf(requireUser(call, input.UserName), 'user', input.PolicyName),
    }),
  }),
  GetRolePolicy: reading<GetRolePolicyRequest, GetRolePolicyResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => ({
      RoleName: input.RoleName,
      ...inlineOf(requireRole(call, input.RoleName), 'role', input.PolicyName),
    }),
  }),
  DeleteUserPolicy: writing<DeleteUserPolicyRequest, Nothing>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      putUser(call, withoutInline(requireUser(call, input.UserName), 'user', input.PolicyName))
      return {}
    },
  }),
  DeleteRolePolicy: writing<DeleteRolePolicyRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      putRole(call, withoutInline(requireRole(call, input.RoleName), 'role', input.PolicyName))
      return {}
    },
  }),
  ListUserPolicies: reading<ListUserPoliciesRequest, ListUserPoliciesResponse>({
    resources: userResource,
    touched: touchedUser,
    run: (input, call) => inlineNames(requireUser(call, input.UserName), input),
  }),
  ListRolePolicies: reading<ListRolePoliciesRequest, ListUserPoliciesResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => inlineNames(requireRole(call, input.RoleName), input),
  }),
}

interface InlinePolicy {
  readonly PolicyName?: string | undefined
  readonly PolicyDocument?: string | undefined
}

function withInline<H extends Holder>(
  holder: H,
  kind: 'user' | 'role',
  { PolicyName = '', PolicyDocument = '' }: InlinePolicy,
): H {
  parsePolicy(PolicyDocument, 'identity')
  const inline = { ...holder.inline, [PolicyName]: PolicyDocument }
  const size = Object.values(inline).join('').replace(/\s/g, '').length
  if (size > INLINE_LIMIT[kind]) {
    throw limitExceeded(`Maximum policy size of ${INLINE_LIMIT[kind]} bytes exceeded for ${kind} ${holder.name}`)
  }
  return { ...holder, inline }
}

function withoutInline<H extends Holder>(holder: H, kind: 'user' | 'role', name = ''): H {
  requireInline(holder, kind, name)
  return { ...holder, inline: Object.fromEntries(Object.entries(holder.inline).filter(([other]) => other !== name)) }
}

const inlineOf = (
  holder: Holder,
  kind: 'user' | 'role',
  name = '',
): { PolicyName: string; PolicyDocument: string } => ({
  PolicyName: name,
  PolicyDocument: encodeDocument(requireInline(holder, kind, name)),
})

function requireInline(holder: Holder, kind: 'user' | 'role', name: string): string {
  const document = Object.hasOwn(holder.inline, name) ? holder.inline[name] : undefined
  if (document === undefined) throw noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`)
  return document
}

function inlineNames(holder: Holder, paging: Parameters<typeof iamPage>[1]): ListUserPoliciesResponse {
  const { items, ...page } = iamPage(Object.keys(holder.inline).toSorted(), paging)
  return { PolicyNames: items, ...page }
}
