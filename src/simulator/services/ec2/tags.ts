import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  TagDescription,
} from '@aws-sdk/client-ec2'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import { tagsOf } from '#simulator/services/tags'
import type { Tags } from '#simulator/state/tables'
import { all, arnOf, type Ec2Table, ec2Fault, type Filters, filtered, find, put } from './places.ts'
import { requestTags } from './tag-on-create.ts'

const KINDS: Readonly<Record<string, readonly [table: Ec2Table, kind: string]>> = {
  i: ['instance', 'instance'],
  vol: ['volume', 'volume'],
  eni: ['networkInterface', 'network-interface'],
  snap: ['snapshot', 'snapshot'],
  sg: ['securityGroup', 'security-group'],
  vpc: ['vpc', 'vpc'],
  subnet: ['subnet', 'subnet'],
}

interface FoundTag {
  readonly resource: string
  readonly kind: string
  readonly key: string
  readonly value: string
  readonly tags: Tags
}

const filters: Filters<FoundTag> = {
  'resource-id': ({ resource }) => [resource],
  'resource-type': ({ kind }) => [kind],
  key: ({ key }) => [key],
  value: ({ value }) => [value],
}

const byResources = (input: { readonly Resources?: readonly string[] | undefined }, call: Call): readonly string[] =>
  (input.Resources ?? []).map((id) => arnOf(call, kindOf(id)[1], id))

export const tags: Readonly<Record<string, AnyOperation>> = {
  CreateTags: writing<CreateTagsRequest, Record<string, never>>({
    resources: byResources,
    conditions: (input) => requestTags(tagsOf(input.Tags)),
    run(input, call) {
      changeTags(call, input, (old) => ({ ...old, ...tagsOf(input.Tags) }))
      return {}
    },
  }),
  DeleteTags: writing<DeleteTagsRequest, Record<string, never>>({
    resources: byResources,
    run(input, call) {
      // A tag that is named with a value goes only when it has that value; without tags, all of them go.
      const goes = (key: string, value: string): boolean =>
        input.Tags === undefined ||
        input.Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value))
      changeTags(call, input, (old) =>
        Object.fromEntries(Object.entries(old).filter(([key, value]) => !goes(key, value))),
      )
      return {}
    },
  }),
  DescribeTags: reading<DescribeTagsRequest, DescribeTagsResult>({
    mayIgnore: ['MaxResults'],
    run: (input, call) => ({ Tags: filtered(allTags(call), input.Filters, filters).map(tagShape) }),
  }),
}

function kindOf(id: string): readonly [Ec2Table, string] {
  const known = KINDS[id.slice(0, id.lastIndexOf('-'))]
  if (!known) throw ec2Fault('InvalidID', `The ID '${id}' is not valid`)
  return known
}

interface Tagging {
  readonly Resources?: readonly string[] | undefined
}

function changeTags(call: Call, input: Tagging, change: (old: Tags) => Tags): void {
  const changed = (input.Resources ?? []).map((id) => {
    const [table] = kindOf(id)
    const found = find(call, table, id)
    if (!found) throw ec2Fault('InvalidID', `The ID '${id}' is not valid`)
    return { table, document: { ...found, tags: change(found.tags) } }
  })
  for (const { table, document } of changed) put(call, table, document)
}

const allTags = (call: Call): readonly FoundTag[] =>
  Object.values(KINDS).flatMap(([table, kind]) =>
    all(call, table).flatMap((resource) =>
      Object.entries(resource.tags).map(([key, value]) => ({
        resource: resource.id,
        kind,
        key,
        value,
        tags: resource.tags,
      })),
    ),
  )

const tagShape = ({ resource, kind, key, value }: FoundTag): TagDescription => ({
  ResourceId: resource,
  ResourceType: kind as NonNullable<TagDescription['ResourceType']>,
  Key: key,
  Value: value,
})

/** The tags of what an ARN of EC2’s names; none for an ARN that names nothing yet. */
export function taggedAt(arn: string, call: Call): Tags {
  const id = arn.slice(arn.lastIndexOf('/') + 1)
  const [table] = KINDS[id.slice(0, id.indexOf('-'))] ?? []
  return (table && find(call, table, id)?.tags) ?? {}
}
