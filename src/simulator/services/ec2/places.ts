import { matchesPattern } from '#simulator/policy/pattern'
import type { Call } from '#simulator/services/service'
import type { TableName, Tables } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'

/** Tables of what EC2 holds in one account and Region. */
export type Ec2Table = Extract<TableName, 'vpc' | 'subnet' | 'securityGroup' | 'instance' | 'volume'>

export const placeOf = ({ account, region }: Call): string => `${account}/${region}/`

export const all = <T extends Ec2Table>(call: Call, table: T): readonly Tables[T][] =>
  call.state.list(table, placeOf(call))

export const find = <T extends Ec2Table>(call: Call, table: T, id: string): Tables[T] | undefined =>
  call.state.get(table, placeOf(call) + id)

export const put = <T extends Ec2Table>(call: Call, table: T, document: Tables[T]): void =>
  call.state.put(table, placeOf(call) + document.id, document)

export const ec2Fault = (code: string, message: string): AwsFault => new AwsFault(code, message, { status: 400 })

const NOT_FOUND: Readonly<Record<Ec2Table, readonly [code: string, what: string]>> = {
  vpc: ['InvalidVpcID.NotFound', 'vpc ID'],
  subnet: ['InvalidSubnetID.NotFound', 'subnet ID'],
  securityGroup: ['InvalidGroup.NotFound', 'security group'],
  instance: ['InvalidInstanceID.NotFound', 'instance ID'],
  volume: ['InvalidVolume.NotFound', 'volume'],
}

export function requireItem<T extends Ec2Table>(call: Call, table: T, id: string): Tables[T] {
  const found = find(call, table, id)
  if (found) return found
  const [code, what] = NOT_FOUND[table]
  throw ec2Fault(code, `The ${what} '${id}' does not exist`)
}

/** The documents with these ids, or all; an unknown id is an error, as in EC2. */
export const chosen = <T extends Ec2Table>(
  call: Call,
  table: T,
  ids: readonly string[] | undefined,
): readonly Tables[T][] => (ids && ids.length > 0 ? ids.map((id) => requireItem(call, table, id)) : all(call, table))

export const arnOf = ({ account, region }: Call, kind: string, id: string): string =>
  `arn:aws:ec2:${region}:${account}:${kind}/${id}`

/** A dry run ends where the change would begin; success is an error of its own. */
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun)
    throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { status: 412 })
}

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
