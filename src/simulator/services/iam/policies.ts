import type {
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  DeleteRolePolicyRequest,
  DeleteUserPolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListRolePoliciesRequest,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutRolePolicyRequest,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam'
import { managedPolicy, managedPolicyName } from '#simulator/access/managed-policies'
import { parsePolicy } from '#simulator/policy/document'
import { type AnyOperation, reading, writing } from '#simulator/services/service'
import type { Role, User } from '#simulator/state/tables'
import {
  encodeDocument,
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
const MAX_ATTACHED = 10

type Nothing = Record<string, never>
type Holder = User | Role

export const policies: Readonly<Record<string, AnyOperation>> = {
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
    run: (input, call) => ({ PolicyNames: inlineNames(requireUser(call, input.UserName)), IsTruncated: false }),
  }),
  ListRolePolicies: reading<ListRolePoliciesRequest, ListUserPoliciesResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => ({ PolicyNames: inlineNames(requireRole(call, input.RoleName)), IsTruncated: false }),
  }),
  AttachUserPolicy: writing<AttachUserPolicyRequest, Nothing>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      putUser(call, withAttached(requireUser(call, input.UserName), input.PolicyArn))
      return {}
    },
  }),
  AttachRolePolicy: writing<AttachRolePolicyRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      putRole(call, withAttached(requireRole(call, input.RoleName), input.PolicyArn))
      return {}
    },
  }),
  DetachUserPolicy: writing<AttachUserPolicyRequest, Nothing>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      putUser(call, withoutAttached(requireUser(call, input.UserName), input.PolicyArn))
      return {}
    },
  }),
  DetachRolePolicy: writing<AttachRolePolicyRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      putRole(call, withoutAttached(requireRole(call, input.RoleName), input.PolicyArn))
      return {}
    },
  }),
  ListAttachedUserPolicies: reading<ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse>({
    resources: userResource,
    touched: touchedUser,
    run: (input, call) => attachedOf(requireUser(call, input.UserName)),
  }),
  ListAttachedRolePolicies: reading<ListAttachedRolePoliciesRequest, ListAttachedUserPoliciesResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => attachedOf(requireRole(call, input.RoleName)),
  }),
  /** Groups cannot be made here, so no user is in one. */
  ListGroupsForUser: reading<ListGroupsForUserRequest, ListGroupsForUserResponse>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      requireUser(call, input.UserName)
      return { Groups: [], IsTruncated: false }
    },
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

const inlineNames = (holder: Holder): string[] => Object.keys(holder.inline).toSorted()

function withAttached<H extends Holder>(holder: H, arn = ''): H {
  if (managedPolicy(arn) === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  if (holder.attached.includes(arn)) return holder
  if (holder.attached.length >= MAX_ATTACHED)
    throw limitExceeded(`Cannot exceed quota for PoliciesPerUser: ${MAX_ATTACHED}`)
  return { ...holder, attached: [...holder.attached, arn] }
}

function withoutAttached<H extends Holder>(holder: H, arn = ''): H {
  if (!holder.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
  return { ...holder, attached: holder.attached.filter((other) => other !== arn) }
}

const attachedOf = (holder: Holder): ListAttachedUserPoliciesResponse => ({
  AttachedPolicies: holder.attached.map((arn) => ({ PolicyArn: arn, PolicyName: managedPolicyName(arn) })),
  IsTruncated: false,
})
