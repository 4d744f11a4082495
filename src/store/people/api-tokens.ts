import { randomBytes } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { type Selectable, sql } from 'kysely'
import { rolesOfToken, TOKEN_PREFIX, type TokenScope } from '#domain/api-token'
import type { Person } from '#domain/votes'
import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import type { ApiToken } from '#store/database/schema.generated'
import { record } from '#store/log/events'
import { personOf, tokenHash } from './people.ts'
import type { SignIn } from './sessions.ts'

export type StoredToken = Omit<Selectable<ApiToken>, 'token_hash'>

export interface TokenWish {
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** Addresses and CIDR ranges that it may come from. */
  readonly sources: readonly string[]
  readonly ms: number
}

const columns = [
  'id',
  'name',
  'person',
  'scopes',
  'sources',
  'created_at',
  'expires_at',
  'revoked_at',
  'last_used_at',
] as const
const TOKEN_BYTES = 32
const now = sql<Date>`clock_timestamp()`

/** Makes a token for the person; it is answered once and stored as its hash. Throws `invalid_input` for a range that is none. */
export async function createToken(
  db: Database,
  owner: Person,
  { name, scopes, sources, ms }: TokenWish,
): Promise<{ readonly token: string; readonly stored: StoredToken }> {
  rangesOf(sources)
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`
  const stored = await db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('api_token')
      .values({
        token_hash: tokenHash(token),
        name,
        person: owner.id,
        scopes: [...scopes],
        sources: [...sources],
        expires_at: sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000})`,
      })
      .returning(columns)
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: 'system',
      type: 'token.created',
      actor: { kind: 'person', id: owner.id },
      text: `${owner.name} made the API token ${name} for ${scopes.join(', ')} from ${sources.join(', ')}`,
      refs: { token: row.id, person: owner.id },
    })
    return row
  })
  return { token, stored }
}

/** Tokens that are not revoked, newest first: of one person, or of everybody. */
export const listTokens = (db: Database, owner?: string): Promise<readonly StoredToken[]> =>
  db
    .selectFrom('api_token')
    .select(columns)
    .where('revoked_at', 'is', null)
    .$if(owner !== undefined, (query) => query.where('person', '=', owner ?? ''))
    .orderBy('created_at', 'desc')
    .execute()

/** Makes a token of `owner`, or of anybody, void. Throws `not_found`. */
export const revokeToken = (db: Database, id: string, by: { readonly person: Person; readonly owner?: string }) =>
  db.transaction().execute(async (tx) => {
    const { person, owner } = by
    const row = await tx
      .updateTable('api_token')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .$if(owner !== undefined, (query) => query.where('person', '=', owner ?? ''))
      .returning(['name', 'person'])
      .executeTakeFirst()
    if (row === undefined) throw refusal('not_found', 'There is no such API token')
    await record(tx, {
      stream: 'system',
      type: 'token.revoked',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} revoked the API token ${row.name}`,
      refs: { token: id, person: row.person },
    })
  })

/**
 * As whom the token may act from the address, or null. It has the roles of its person as they are now, without those that decide.
 * Its session is none that a vote may name.
 */
export async function tokenSignIn(db: Database, token: string, address: string): Promise<SignIn | null> {
  const row = await db
    .selectFrom('api_token')
    .innerJoin('person', 'person.id', 'api_token.person')
    .selectAll('person')
    .select(['token_hash', 'api_token.id as token', 'scopes', 'sources', 'expires_at'])
    .where('token_hash', '=', tokenHash(token))
    .where('expires_at', '>', now)
    .where('revoked_at', 'is', null)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined || !isWithin(address, row.sources)) return null
  await touch(db, row.token)
  const person = personOf(row)
  return {
    kind: 'api-token',
    person: { ...person, roles: rolesOfToken(person.roles) },
    roles: person.roles,
    session: row.token_hash,
    expiresAt: row.expires_at,
    scopes: row.scopes as readonly TokenScope[],
  }
}

/** A busy token must not write its row a thousand times in a minute. */
const touch = (db: Database, id: string) =>
  db
    .updateTable('api_token')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where(sql<boolean>`coalesce(last_used_at, '-infinity') < clock_timestamp() - interval '1 minute'`)
    .execute()

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Whether the address, of IPv4 in either of its spellings too, is in one of the ranges. */
export function isWithin(address: string, sources: readonly string[]): boolean {
  const plain = MAPPED.exec(address)?.[1] ?? address
  const family = isIP(plain)
  // A range of IPv6 would contain every IPv4 address in its mapped spelling.
  const ofFamily = sources.filter((source) => isIP(source.split('/')[0] ?? '') === family)
  return family !== 0 && rangesOf(ofFamily).check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

function rangesOf(sources: readonly string[]): BlockList {
  const ranges = new BlockList()
  for (const source of sources) {
    const [, network = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(source) ?? []
    const family = isIP(network)
    const widest = family === 6 ? IPV6_BITS : IPV4_BITS
    const prefix = bits === undefined ? widest : Number(bits)
    if (family === 0 || prefix > widest)
      throw refusal('invalid_input', `“${source}” is no address and no range such as 10.0.0.0/8 or 2001:db8::/32`)
    ranges.addSubnet(network, prefix, family === 6 ? 'ipv6' : 'ipv4')
  }
  return ranges
}

const IPV4_BITS = 32
const IPV6_BITS = 128
