import { GetRoleCommand } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import type { IamRole } from '#domain/targets'
import type { Regional } from './look-up.ts'
import type { OpenedSession } from './trail-event.ts'

export type RoleOpened =
  | { readonly kind: 'role'; readonly role: IamRole }
  | { readonly kind: 'unseen'; readonly reason: string }

/** The identity of the role that a session was opened of: by the event, else by asking IAM. */
export async function roleOpened(place: Regional | undefined, { roleArn, roleId }: OpenedSession): Promise<RoleOpened> {
  const { account, name } = partsOf(roleArn)
  if (account !== place?.account)
    return { kind: 'unseen', reason: `${roleArn} is in another account: what its session did there was not looked up` }
  const id = roleId ?? (await currentId(place, name))
  if (id === undefined) return { kind: 'unseen', reason: `${roleArn} no longer exists` }
  return { kind: 'role', role: { kind: 'iam-role', account, roleId: id, name } }
}

function partsOf(roleArn: string): { readonly account: string; readonly name: string } {
  const [, account = '', path = ''] = /^arn:[\w-]+:iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? []
  return { account, name: path.split('/').at(-1) ?? '' }
}

async function currentId({ read }: Regional, RoleName: string): Promise<string | undefined> {
  const found = await absentAs(undefined, read.iam.send(new GetRoleCommand({ RoleName })))
  return found?.Role?.RoleId
}
