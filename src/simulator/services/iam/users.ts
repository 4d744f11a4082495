import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  ListUserTagsRequest,
  ListUserTagsResponse,
  TagUserRequest,
  UntagUserRequest,
} from '@aws-sdk/client-iam'
import { iamId, userArn } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagList, tagsOf, withoutTags } from '#simulator/services/tags'
import {
  alreadyExists,
  deleteConflict,
  iamPage,
  keysOf,
  noSuchEntity,
  putUser,
  requireUser,
  touchedUser,
  userDetail,
  userResource,
  userShape,
} from './entities.ts'

const NAME = /^[\w+=,.@-]{1,64}$/

export const users: Readonly<Record<string, AnyOperation>> = {
  CreateUser: writing<CreateUserRequest, CreateUserResponse>({
    resources: (input, call) => [
      userArn({ account: call.account, path: input.Path ?? '/', name: input.UserName ?? '' }),
    ],
    touched: touchedUser,
    run: createUser,
  }),
  GetUser: reading<GetUserRequest, GetUserResponse>({
    resources: userResource,
    touched: touchedUser,
    run: (input, call) => ({ User: userDetail(requireUser(call, input.UserName)) }),
  }),
  ListUsers: reading<ListUsersRequest, ListUsersResponse>({
    resources: (_input, call) => [userArn({ account: call.account, path: '/', name: '' })],
    run(input, call) {
      const all = call.state
        .list('user', `${call.account}/`)
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
      const { items, ...page } = iamPage(all, input)
      return { Users: items.map(userShape), ...page }
    },
  }),
  DeleteUser: writing<DeleteUserRequest, Record<string, never>>({
    resources: userResource,
    touched: touchedUser,
    run: deleteUser,
  }),
  TagUser: writing<TagUserRequest, Record<string, never>>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      const user = requireUser(call, input.UserName)
      putUser(call, { ...user, tags: { ...user.tags, ...tagsOf(input.Tags) } })
      return {}
    },
  }),
  UntagUser: writing<UntagUserRequest, Record<string, never>>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      const user = requireUser(call, input.UserName)
      putUser(call, { ...user, tags: withoutTags(user.tags, input.TagKeys) })
      return {}
    },
  }),
  ListUserTags: reading<ListUserTagsRequest, ListUserTagsResponse>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      const { items, ...page } = iamPage(tagList(requireUser(call, input.UserName).tags), input)
      return { Tags: items, ...page }
    },
  }),
  GetLoginProfile: reading<GetLoginProfileRequest, GetLoginProfileResponse>({
    resources: userResource,
    touched: touchedUser,
    run(input, call) {
      const user = requireUser(call, input.UserName)
      if (!user.loginProfile) throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`)
      const { createdAt, passwordResetRequired } = user.loginProfile
      return {
        LoginProfile: {
          UserName: user.name,
          CreateDate: new Date(createdAt),
          PasswordResetRequired: passwordResetRequired,
        },
      }
    },
  }),
}

function createUser(input: CreateUserRequest, call: Call): CreateUserResponse {
  const { UserName: name = '', Path: path = '/' } = input
  if (!NAME.test(name))
    throw fault(
      'ValidationError',
      `The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    )
  if (call.state.get('user', `${call.account}/${name}`)) throw alreadyExists(`User with name ${name} already exists.`)
  const user = {
    account: call.account,
    name,
    path,
    id: iamId('AIDA'),
    createdAt: call.at,
    tags: tagsOf(input.Tags),
    inline: {},
    attached: [],
  }
  putUser(call, user)
  return { User: userDetail(user) }
}

function deleteUser(input: DeleteUserRequest, call: Call): Record<string, never> {
  const user = requireUser(call, input.UserName)
  if (keysOf(call, user).length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.')
  if (Object.keys(user.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
  if (user.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
  if (user.loginProfile) throw deleteConflict('Cannot delete entity, must delete login profile first.')
  call.state.remove('user', `${user.account}/${user.name}`)
  return {}
}
