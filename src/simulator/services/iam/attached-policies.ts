import type {
  AttachRolePolicyRequest,
  AttachUserPolicyRequest,
  ListAttachedRolePoliciesRequest,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
} from '@aws-sdk/client-iam'
import { managedPolicy, managedPolicyName } from '#simulator/access/managed-policies'
import { type AnyOperation, reading, writing } from '#simulator/services/service'
import type { Role, User } from '#simulator/state/tables'
import {
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

const MAX_ATTACHED = 10

type Nothing = Record<string, never>
type Holder = User | Role

export const attachedPolicies: Readonly<Record<string, AnyOperation>> = {
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
    run: (input, call) => attachedOf(requireUser(call, input.UserName), input),
  }),
  ListAttachedRolePolicies: reading<ListAttachedRolePoliciesRequest, ListAttachedUserPoliciesResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => attachedOf(requireRole(call, input.RoleName), input),
  }),
  /** Groups cannot be made here, so no user is in one. */
  ListGroupsForUser: reading<ListGroupsForUserRequest, ListGroupsForUserResponse>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      requireUser(call, input.UserName)
      const { items, ...page } = iamPage([], input)
      return { Groups: items, ...page }
    },
  }),
}

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

function attachedOf(holder: Holder, paging: Parameters<typeof iamPage>[1]): ListAttachedUserPoliciesResponse {
  const { items, ...page } = iamPage(holder.attached, paging)
  return { AttachedPolicies: items.map((arn) => ({ PolicyArn: arn, PolicyName: managedPolicyName(arn) })), ...page }
}
