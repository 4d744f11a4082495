/** What belongs to an account, by the words of its producer. */
export const ownedKinds = [
  'principal',
  'access-key',
  'instance',
  'bucket',
  'object',
  'function',
  'db-instance',
  'db-cluster',
  'cluster',
  'workload',
] as const
export type OwnedKind = (typeof ownedKinds)[number]

/** What belongs to nobody that is known: addresses, domains, and files by their SHA-256. */
export const seenKinds = ['address', 'domain', 'file'] as const
export type SeenKind = (typeof seenKinds)[number]

/** Something that a finding names: what it happened to, who did it, and from where. Ids are what cannot change, where the finding says it. */
export type Entity =
  | {
      readonly kind: OwnedKind
      readonly account: string
      /** Null for what is the same from every Region. */
      readonly region: string | null
      readonly id: string
    }
  | { readonly kind: SeenKind; readonly id: string }

const regionless: ReadonlySet<OwnedKind> = new Set(['principal', 'access-key', 'bucket', 'object'])

/** One thing of an account. Principals, keys, buckets and objects are the same from every Region. */
export const ownedEntity = (
  kind: OwnedKind,
  { account, region, id }: { readonly account: string; readonly region: string; readonly id: string },
): Entity => ({ kind, account, region: regionless.has(kind) ? null : region, id })

/** One text for one entity, also of that of another finding. */
export const entityKey = (entity: Entity): string =>
  'account' in entity
    ? [entity.account, ...(entity.region === null ? [] : [entity.region]), entity.kind, entity.id].join('/')
    : `${entity.kind}/${entity.id}`

/** Each of them once, in the order in which they were named. */
export const distinct = (entities: readonly Entity[]): readonly Entity[] => [
  ...new Map(entities.map((entity) => [entityKey(entity), entity])).values(),
]
