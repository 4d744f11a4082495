import { matchesPattern } from '#simulator/policy/pattern'
import type { Call } from '#simulator/services/service'
import type { TableName, Tables } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'

/** Tables of what EC2 holds in one account and Region. */
export type Ec2Table = Extract<
  TableName,
  'vpc' | 'subnet' | 'securityGroup' | 'networkInterface' | 'instance' | 'volume' | 'snapshot'
>

/** One account and Region, for whoever reads or changes it. */
export type Place = Pick<Call, 'state' | 'account' | 'region'>

/** A place and the moment at which it changes. */
export type Moment = Place & Pick<Call, 'at'>

export const placeOf = ({ account, region }: Pick<Call, 'account' | 'region'>): string => `${account}/${region}/`

export const all = <T extends Ec2Table>(place: Place, table: T): readonly Tables[T][] =>
  place.state.list(table, placeOf(place))

export const find = <T extends Ec2Table>(place: Place, table: T, id: string): Tables[T] | undefined =>
  place.state.get(table, placeOf(place) + id)

export const put = <T extends Ec2Table>(place: Place, table: T, document: Tables[T]): void =>
  place.state.put(table, placeOf(place) + document.id, document)

export const remove = (place: Place, table: Ec2Table, id: string): void =>
  place.state.remove(table, placeOf(place) + id)

export const ec2Fault = (code: string, message: string): AwsFault => new AwsFault(code, message, { status: 400 })

const NOT_FOUND: Readonly<Record<Ec2Table, readonly [code: string, what: string]>> = {
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  securityGroup: ['InvalidGroup.NotFound', 'security group'],
  networkInterface: ['InvalidNetworkInterfaceID.NotFound', 'networkInterface ID'],
  instance: ['InvalidInstanceID.NotFound', 'instance ID'],
  volume: ['InvalidVolume.NotFound', 'volume'],
  snapshot: ['InvalidSnapshot.NotFound', 'snapshot'],
}

export function requireItem<T extends Ec2Table>(place: Place, table: T, id: string): Tables[T] {
  const found = find(place, table, id)
  if (found) return found
  const [code, what] = NOT_FOUND[table]
  throw ec2Fault(code, `The ${what} '${id}' does not exist`)
}

/** The documents with these ids, or all; an unknown id is an error, as in EC2. */
export const chosen = <T extends Ec2Table>(
  place: Place,
  table: T,
  ids: readonly string[] | undefined,
): readonly Tables[T][] => (ids && ids.length > 0 ? ids.map((id) => requireItem(place, table, id)) : all(place, table))

/** Kinds whose ARN names no account: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const WITHOUT_ACCOUNT = ['image', 'snapshot']

export const arnOf = ({ account, region }: Pick<Call, 'account' | 'region'>, kind: string, id: string): string =>
  `arn:aws:ec2:${region}:${WITHOUT_ACCOUNT.includes(kind) ? '' : account}:${kind}/${id}`

/** What a filter name reads from a document; a filter that is not listed is refused, not ignored. */
export type Filters<Item> = Readonly<Record<string, (item: Item) => readonly (string | undefined)[]>>

interface Filter {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

interface Tagged {
  readonly tags: Readonly<Record<string, string>>
}

export function filtered<Item extends Tagged>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  known: Filters<Item>,
): readonly Item[] {
  return (filters ?? []).reduce((kept, filter) => kept.filter((item) => passes(item, filter, known)), items)
}

function passes<Item extends Tagged>(
  item: Item,
  { Name: name = '', Values: values = [] }: Filter,
  known: Filters<Item>,
): boolean {
  const actual = valuesOf(item, name, known)
  return values.some((value) => actual.some((candidate) => candidate !== undefined && matchesPattern(value, candidate)))
}

function valuesOf<Item extends Tagged>(
  item: Item,
  name: string,
  known: Filters<Item>,
): readonly (string | undefined)[] {
  if (name.startsWith('tag:')) return [item.tags[name.slice('tag:'.length)]]
  if (name === 'tag-key') return Object.keys(item.tags)
  const read = Object.hasOwn(known, name) ? known[name] : undefined
  if (!read) throw notImplemented(`the EC2 filter ${name}`)
  return read(item)
}
