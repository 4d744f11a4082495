import type { ActionName } from '#domain/catalogue/index'
import { catalogue } from '#domain/catalogue/index'

type Permission = `${string}:${string}`

/** What is read besides the targets of actions: the trail for evidence, and what the doctor itself looks at. */
const ALSO_READ: readonly Permission[] = [
  'cloudtrail:LookupEvents',
  'guardduty:GetDetector',
  'guardduty:ListDetectors',
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
]

const permissionsOf = (which: 'reads' | 'operations'): readonly Permission[] =>
  (Object.keys(catalogue) as readonly ActionName[]).flatMap((action) =>
    catalogue[action][which].flatMap(({ permissions }) => permissions),
  )

const once = (permissions: readonly Permission[]): readonly Permission[] => [...new Set(permissions)].toSorted()

/** Everything that CordonReader must be allowed. */
export const neededReads = (): readonly Permission[] => once([...permissionsOf('reads'), ...ALSO_READ])

/** Everything that CordonResponder must be allowed, before the policy of one step’s session narrows it. */
export const neededWrites = (): readonly Permission[] => once(permissionsOf('operations'))

/** Permissions to ask about, with a resource of the kind that they are for: a policy may name the kind. */
export interface Asked {
  readonly resource: string
  readonly permissions: readonly Permission[]
}

interface Place {
  readonly partition: string
  readonly account: string
  readonly region: string
}

/** A name that nothing has: what is allowed for it is allowed for whatever an incident is about. */
const ANY_NAME = 'cordon-doctor'

const kinds: readonly { readonly of: RegExp; readonly resource: (place: Place) => string }[] = [
  {
    of: /^iam:(SimulatePrincipalPolicy|\w*(User|AccessKey|LoginProfile|MFADevice|SSHPublicKey|SigningCert|ServiceSpecific)\w*)$/,
    resource: ({ partition, account }) => `arn:${partition}:iam::${account}:user/${ANY_NAME}`,
  },
  {
    of: /^iam:\w*(Role|AssumeRolePolicy)\w*$/,
    resource: ({ partition, account }) => `arn:${partition}:iam::${account}:role/${ANY_NAME}`,
  },
  {
    of: /^secretsmanager:(?!List)/,
    resource: ({ partition, account, region }) =>
      `arn:${partition}:secretsmanager:${region}:${account}:secret:${ANY_NAME}`,
  },
]

/** The permissions by the resource that they are asked for. */
export function questionsFor(permissions: readonly Permission[], place: Place): readonly Asked[] {
  const byResource = new Map<string, Permission[]>()
  for (const permission of permissions) {
    const resource = kinds.find(({ of }) => of.test(permission))?.resource(place) ?? '*'
    byResource.set(resource, [...(byResource.get(resource) ?? []), permission])
  }
  return [...byResource].map(([resource, asked]) => ({ resource, permissions: asked }))
}
