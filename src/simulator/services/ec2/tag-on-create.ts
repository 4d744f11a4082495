import type { TagSpecification } from '@aws-sdk/client-ec2'
import type { Call, Conditions } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Tags } from '#simulator/state/tables'
import { arnOf, ec2Fault } from './places.ts'

interface Creating {
  readonly TagSpecifications?: readonly TagSpecification[] | undefined
}

/** Condition keys of the tags that a request gives. */
export const requestTags = (tags: Tags): Conditions =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value]))

/** Condition keys of a request that creates something with tags. */
export const creationConditions = (input: Creating): Conditions =>
  requestTags(tagsOf((input.TagSpecifications ?? []).flatMap(({ Tags: tags }) => tags ?? [])))

/** The tags for one kind of what is created; giving any needs `ec2:CreateTags` beside the creation itself. */
export function tagsForNew(
  input: Creating,
  call: Call,
  wanted: { readonly kind: string; readonly action: string },
): Tags {
  const tags = tagsOf(
    (input.TagSpecifications ?? [])
      .filter(({ ResourceType }) => ResourceType === wanted.kind)
      .flatMap(({ Tags: given }) => given ?? []),
  )
  if (Object.keys(tags).length > 0)
    call.check('ec2:CreateTags', arnOf(call, wanted.kind, '*'), {
      ...requestTags(tags),
      'ec2:createaction': wanted.action,
    })
  return tags
}

/** Refuses tags for what the operation does not create. */
export function refuseOtherKinds({ TagSpecifications: specifications = [] }: Creating, kinds: readonly string[]): void {
  const other = specifications.find(({ ResourceType }) => !kinds.includes(ResourceType ?? ''))
  if (other)
    throw ec2Fault(
      'InvalidParameterValue',
      `'${other.ResourceType}' is not a valid taggable resource type for this operation.`,
    )
}
