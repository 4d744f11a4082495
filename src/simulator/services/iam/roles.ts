import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  GetRoleRequest,
  GetRoleResponse,
  InstanceProfile as InstanceProfileShape,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagRoleRequest,
  UntagRoleRequest,
  UpdateAssumeRolePolicyRequest,
} from '@aws-sdk/client-iam'
import { iamId, instanceProfileArn, roleArn } from '#simulator/identifiers'
import { parsePolicy } from '#simulator/policy/document'
import { fault, present } from '#simulator/services/absent'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList, tagsOf, withoutTags } from '#simulator/services/tags'
import type { InstanceProfile } from '#simulator/state/tables'
import {
  alreadyExists,
  deleteConflict,
  iamPage,
  noSuchEntity,
  putRole,
  requireRole,
  roleDetail,
  roleResource,
  roleShape,
  touchedRole,
} from './entities.ts'

/** Also the least. */
const DEFAULT_SESSION_SECONDS = 3600
const MOST_SESSION_SECONDS = 43_200

type Nothing = Record<string, never>

export const roles: Readonly<Record<string, AnyOperation>> = {
  CreateRole: writing<CreateRoleRequest, CreateRoleResponse>({
    resources: (input, call) => [
      roleArn({ account: call.account, path: input.Path ?? '/', name: input.RoleName ?? '' }),
    ],
    touched: touchedRole,
    run: createRole,
  }),
  GetRole: reading<GetRoleRequest, GetRoleResponse>({
    resources: roleResource,
    touched: touchedRole,
    run: (input, call) => ({ Role: roleDetail(requireRole(call, input.RoleName)) }),
  }),
  ListRoles: reading<ListRolesRequest, ListRolesResponse>({
    resources: (_input, call) => [roleArn({ account: call.account, path: '/', name: '' })],
    run(input, call) {
      const all = call.state
        .list('role', `${call.account}/`)
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      const { items, ...page } = iamPage(all, input)
      return { Roles: items.map(roleShape), ...page }
    },
  }),
  DeleteRole: writing<DeleteRoleRequest, Nothing>({ resources: roleResource, touched: touchedRole, run: deleteRole }),
  UpdateAssumeRolePolicy: writing<UpdateAssumeRolePolicyRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      const role = requireRole(call, input.RoleName)
      const trust = input.PolicyDocument ?? ''
      parsePolicy(trust, 'trust')
      putRole(call, { ...role, trust })
      return {}
    },
  }),
  TagRole: writing<TagRoleRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      const role = requireRole(call, input.RoleName)
      putRole(call, { ...role, tags: { ...role.tags, ...tagsOf(input.Tags) } })
      return {}
    },
  }),
  UntagRole: writing<UntagRoleRequest, Nothing>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      const role = requireRole(call, input.RoleName)
      putRole(call, { ...role, tags: withoutTags(role.tags, input.TagKeys) })
      return {}
    },
  }),
  ListRoleTags: reading<ListRoleTagsRequest, ListRoleTagsResponse>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      const { items, ...page } = iamPage(tagList(requireRole(call, input.RoleName).tags), input)
      return { Tags: items, ...page }
    },
  }),
  GetInstanceProfile: reading<GetInstanceProfileRequest, GetInstanceProfileResponse>({
    resources: (input, call) => [
      instanceProfileArn({ account: call.account, path: '/', name: input.InstanceProfileName ?? '' }),
    ],
    run: (input, call) => ({ InstanceProfile: profileShape(call, requireProfile(call, input.InstanceProfileName)) }),
  }),
  ListInstanceProfiles: reading<ListInstanceProfilesRequest, ListInstanceProfilesResponse>({
    resources: (_input, call) => [instanceProfileArn({ account: call.account, path: '/', name: '' })],
    run(input, call) {
      const { items, ...page } = iamPage(profiles(call), input)
      return { InstanceProfiles: items.map((profile) => profileShape(call, profile)), ...page }
    },
  }),
  ListInstanceProfilesForRole: reading<ListInstanceProfilesForRoleRequest, ListInstanceProfilesResponse>({
    resources: roleResource,
    touched: touchedRole,
    run(input, call) {
      const role = requireRole(call, input.RoleName)
      const holding = profiles(call).filter((profile) => profile.role === role.name)
      const { items, ...page } = iamPage(holding, input)
      return { InstanceProfiles: items.map((profile) => profileShape(call, profile)), ...page }
    },
  }),
}

function sessionSecondsOf({ MaxSessionDuration: seconds = DEFAULT_SESSION_SECONDS }: CreateRoleRequest): number {
  if (seconds < DEFAULT_SESSION_SECONDS || seconds > MOST_SESSION_SECONDS) {
    throw fault(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between ${DEFAULT_SESSION_SECONDS} and ${MOST_SESSION_SECONDS}`,
    )
  }
  return seconds
}

function createRole(input: CreateRoleRequest, call: Call): CreateRoleResponse {
  const { RoleName: name = '', Path: path = '/', AssumeRolePolicyDocument: trust = '' } = input
  const maxSessionSeconds = sessionSecondsOf(input)
  parsePolicy(trust, 'trust')
  if (call.state.get('role', `${call.account}/${name}`)) throw alreadyExists(`Role with name ${name} already exists.`)
  const role = {
    account: call.account,
    name,
    path,
    id: iamId('AROA'),
    createdAt: call.at,
    trust,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    maxSessionSeconds,
    tags: tagsOf(input.Tags),
    inline: {},
    attached: [],
  }
  putRole(call, role)
  return { Role: roleDetail(role) }
}

function deleteRole(input: DeleteRoleRequest, call: Call): Nothing {
  const role = requireRole(call, input.RoleName)
  if (Object.keys(role.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
  if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
  if (profiles(call).some((profile) => profile.role === role.name)) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.')
  }
  call.state.remove('role', `${role.account}/${role.name}`)
  return {}
}

const profiles = (call: Call): readonly InstanceProfile[] => call.state.list('instanceProfile', `${call.account}/`)

const requireProfile = (call: Call, name: string | undefined): InstanceProfile =>
  present(call.state.get('instanceProfile', `${call.account}/${name}`), () =>
    noSuchEntity(`Instance Profile ${name} cannot be found.`),
  )

const profileShape = (call: Call, profile: InstanceProfile): InstanceProfileShape => ({
  Path: profile.path,
  InstanceProfileName: profile.name,
  InstanceProfileId: profile.id,
  Arn: instanceProfileArn(profile),
  CreateDate: new Date(profile.createdAt),
  Roles: [roleShape(requireRole(call, profile.role))],
})
