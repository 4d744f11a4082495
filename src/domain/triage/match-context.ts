import { type Context, type ContextEntry, type ContextKind, type Criticality, criticalities } from '#domain/context'
import { type Finding, handles } from '#domain/finding'
import { liesIn } from '#domain/network'
import type { ContextFact, ContextFacts, FactName } from './facts.ts'
import { entitiesOf } from './priority.ts'

const factOf: Readonly<Partial<Record<ContextKind, FactName>>> = {
  'own-network': 'own network',
  scanner: 'known scanner',
  'jump-host': 'jump host',
  maintenance: 'maintenance',
  'break-glass': 'break-glass principal',
  expected: 'expected',
}

/** What the context says of the finding, at the time of the finding’s version and of no clock. */
export function factsOf(context: Context, finding: Finding, environment: ContextFacts['environment']): ContextFacts {
  const valid = context.entries.filter((entry) => isValidAt(entry, finding.updatedAt))
  const matching = valid.filter((entry) => matches(entry, finding))
  const assets = matching.filter(({ kind }) => kind === 'asset')
  return {
    environment: environmentOf(assets, environment),
    criticality: criticalityOf(assets),
    owners: [...new Set(assets.map(({ owner }) => owner))],
    ...repositoriesOf(assets),
    facts: [...matching.flatMap(factsBy), ...outsideRegions(valid, finding)],
  }
}

/** An entry that says nothing of its beginning or end has none. What has no readable time is in no entry that has one. */
export function isValidAt({ from, until }: Pick<ContextEntry, 'from' | 'until'>, at: string): boolean {
  const moment = Date.parse(at)
  const isBegun = from === undefined || moment >= Date.parse(from)
  return isBegun && (until === undefined || moment < Date.parse(until))
}

/** An entry that names no place and no thing is about nothing: `working-regions` alone says what is outside of it. */
export function matches(entry: ContextEntry, finding: Finding): boolean {
  const { accounts, regions, types, entities, networks } = entry
  const isNamed = [accounts, regions, types, entities, networks].some((list) => list !== undefined)
  return (
    isNamed &&
    entry.kind !== 'working-regions' &&
    isIn(accounts, (account) => account === finding.account) &&
    isIn(regions, (region) => region === finding.region) &&
    isIn(types, (pattern) => handles(pattern, finding.type)) &&
    isIn(entities, (pattern) => entitiesOf(finding).some((entity) => handles(pattern, entity))) &&
    isIn(networks, (cidr) => finding.remoteAddress !== null && liesIn(finding.remoteAddress, cidr))
  )
}

const isIn = (list: readonly string[] | undefined, isIt: (one: string) => boolean): boolean =>
  list === undefined || list.some(isIt)

function factsBy({ kind, id, reason, owner }: ContextEntry): readonly ContextFact[] {
  const fact = factOf[kind]
  return fact === undefined ? [] : [{ fact, entry: id, text: `${reason} (${owner})` }]
}

/** Outside means outside of every entry about the account. */
function outsideRegions(valid: readonly ContextEntry[], { account, region }: Finding): readonly ContextFact[] {
  const about = valid.filter(
    ({ kind, accounts }) => kind === 'working-regions' && isIn(accounts, (one) => one === account),
  )
  const [first] = about
  if (first === undefined || about.some(({ regions }) => regions?.includes(region) === true)) return []
  return [{ fact: 'outside working Regions', entry: first.id, text: `${region} is none of them: ${first.reason}` }]
}

/** What is production by anybody’s word is production: an entry can add gravity to what the account’s row says, and never take it. */
function environmentOf(
  assets: readonly ContextEntry[],
  registered: ContextFacts['environment'],
): ContextFacts['environment'] {
  const said = [registered, ...assets.map(({ environment }) => environment)]
  return said.includes('production') ? 'production' : said.includes('nonproduction') ? 'nonproduction' : null
}

function repositoriesOf(assets: readonly ContextEntry[]): Pick<ContextFacts, 'repositories'> {
  const repositories = [...new Set(assets.flatMap(({ repositories: named = [] }) => named))]
  return repositories.length === 0 ? {} : { repositories }
}

const criticalityOf = (assets: readonly ContextEntry[]): Criticality =>
  criticalities.toReversed().find((level) => assets.some(({ criticality }) => criticality === level)) ?? 'normal'
