import { type Insertable, sql } from 'kysely'
import type { NewEvent } from '#domain/events'
import { correlationKey, type Finding } from '#domain/finding'
import type { Tx } from '#store/database/database'
import type { DB } from '#store/database/schema.generated'
import { type Ending, endingsOf } from '#store/incidents/incident-endings'
import { keepParts, type Part, partsOf, partsTold } from './attack-sequences.ts'
import { convergeIn, keepOwners, ownersOf, ownersTold } from './key-owners.ts'
import { lockFindings } from './lock-findings.ts'

/** Who merges incidents of which findings say that they are one: this transaction, or the api’s sweeper after it, since a merge ends plans and pages. */
export type Absorbing = 'here' | 'by-the-sweeper'

/** What the record says of the findings of a transaction, which keeps it up as it goes. */
export interface Known {
  /** The incident of each finding that is not new. */
  readonly incidents: Map<string, string>
  /** Finding and digest of every version that is kept. */
  readonly versions: Set<string>
  readonly builds: Map<string, string>
  /** Incidents that have something new. */
  readonly news: Set<string>
  /** By entity: the incident that nothing has to begin anew, which is locked until the commit. */
  readonly open: Map<string, string>
  /** By entity: how its last closed incident ended. */
  readonly endings: ReadonlyMap<string, Ending>
  /** By an access key that is all that a finding knows: the user whose key it is. */
  readonly owners: ReadonlyMap<string, string>
  /** Which of the findings are, or are of, an attack sequence. */
  readonly parts: readonly Part[]
  readonly unwritten: Unwritten
}

/** Rows of a transaction that are written together: most of the time of a large call is waiting for answers. */
export interface Unwritten {
  /** How grave incidents are at least. */
  readonly graver: Map<string, number>
  /** By their keys: of several versions the current one is written. */
  readonly current: Map<string, Insertable<DB['finding']>>
  readonly versions: Insertable<DB['finding_version']>[]
  readonly events: NewEvent[]
}

/** What the finding is about, as far as anything that came says it. */
export const entityIn = ({ owners }: Pick<Known, 'owners'>, finding: Finding): string => {
  const key = correlationKey(finding)
  return owners.get(key) ?? key
}

/** Locks the findings, then reads them: at once for all, since most of the time of a large call is waiting for answers. */
export async function knownOf(tx: Tx, all: readonly Finding[], absorbing: Absorbing): Promise<Known> {
  const keys = all.map(({ key }) => key)
  const told = partsTold(all)
  await lockFindings(tx, [...keys, ...told.flatMap(({ part, sequence }) => [part, sequence])])
  await keepParts(tx, told)
  const news = await ownersKept(tx, all, absorbing)
  const owners = await ownersOf(tx, all)
  const parts = await partsOf(tx, keys)
  const related = [...new Set([...keys, ...parts.flatMap(({ part, sequence }) => [part, sequence])])]
  const findings = await tx.selectFrom('finding').select(['key', 'incident']).where('key', 'in', related).execute()
  const versions = await tx
    .selectFrom('finding_version')
    .select(['finding', 'digest'])
    .where('finding', 'in', keys)
    .execute()
  const entities = [...new Set(all.map((finding) => entityIn({ owners }, finding)))]
  const endings = await endingsOf(tx, entities)
  const incidents = new Map(findings.map(({ key, incident }) => [key, incident]))
  const linked = [...endings.values()].flatMap(({ mergedInto }) => mergedInto ?? [])
  const ofParts = parts.flatMap(({ part, sequence }) =>
    [incidents.get(part) ?? [], incidents.get(sequence) ?? []].flat(),
  )
  const locked = await lockOpen(tx, entities, [...linked, ...ofParts])
  return {
    incidents,
    versions: new Set(versions.map(({ finding, digest }) => versionKey(finding, digest))),
    builds: new Map(locked.map(({ id, build }) => [id, build])),
    news: new Set(news),
    open: openByEntity(locked, endings),
    endings,
    owners,
    parts,
    unwritten: { graver: new Map(), current: new Map(), versions: [], events: [] },
  }
}

async function ownersKept(tx: Tx, all: readonly Finding[], absorbing: Absorbing): Promise<readonly string[]> {
  const owners = ownersTold(all)
  await keepOwners(tx, owners)
  return absorbing === 'here' ? convergeIn(tx, owners) : []
}

type Locked = Awaited<ReturnType<typeof lockOpen>>[number]

/** The open incidents about the entities, and these, locked in the order in which findings about them are taken in. */
const lockOpen = (tx: Tx, entities: readonly string[], ids: readonly string[]) =>
  tx
    .selectFrom('incident')
    .select(['id', 'correlation_key', 'status', 'build'])
    .where((where) =>
      ids.length === 0
        ? where('correlation_key', 'in', entities)
        : where.or([where('correlation_key', 'in', entities), where('id', 'in', [...new Set(ids)])]),
    )
    .where('status', '<>', 'closed')
    .orderBy(sql`correlation_key collate "C"`)
    .forNoKeyUpdate()
    .execute()

/** A recovered incident is not here: something new about its entity has to begin it anew. */
function openByEntity(locked: readonly Locked[], endings: ReadonlyMap<string, Ending>): Map<string, string> {
  const going = locked.filter(({ status }) => status !== 'recovered')
  const ids = new Set(going.map(({ id }) => id))
  const followed = [...endings].flatMap(([key, { mergedInto }]) =>
    mergedInto !== null && ids.has(mergedInto) ? [[key, mergedInto] as const] : [],
  )
  // One that is open about the entity itself comes before a link.
  return new Map([...followed, ...going.map(({ correlation_key, id }) => [correlation_key, id] as const)])
}

export const versionKey = (finding: string, digest: string): string => `${digest} ${finding}`
