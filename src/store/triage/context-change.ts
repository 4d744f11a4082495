import { digestOf } from '#audit/digest'
import { differences } from '#domain/change'
import type { Context } from '#domain/context'
import { wideningsOf } from '#domain/context-change'
import type { Actor } from '#domain/events'
import { shortHash } from '#domain/ids'
import type { Json, JsonObject } from '#domain/json'
import type { Person } from '#domain/votes'
import type { Database, Tx } from '#store/database/database'
import { oneByOne } from '#store/database/one-by-one'
import { refusal } from '#store/database/refusal'
import { raiseWakesOfOpen } from '#store/incidents/wake'
import { record } from '#store/log/events'
import type { KindOfChange } from '#store/policy/change-kinds'
import { readContextFile } from './context-file.ts'
import { contextInForce, newestContext } from './contexts.ts'

/** A context that could make a verdict milder, or an incident quieter, than the one in force. */
export const contextChange: KindOfChange = {
  isEndedByOne: false,

  async require(tx, body) {
    contextIn(body)
    await requireBase(tx, body)
  },

  async begin(tx, { id, body }, actor) {
    await requireBase(tx, body)
    await beginContext(tx, { source: sourceIn(body), change: id, actor })
  },

  async review(db, body) {
    const { context } = await contextInForce(db)
    const after = contextIn(body)
    return {
      differences: differences(keyed(context), keyed(after)),
      concerns: wideningsOf(context, after).map((text) => `Findings may be judged milder: ${text}`),
    }
  },
}

export type ContextBody = { readonly source: string; readonly context: string; readonly before: string | null }

/** By id, so that an entry that moved in its file is no difference. */
const keyed = ({ entries }: Context): Json =>
  Object.fromEntries(entries.map((entry) => [entry.id, entry as unknown as Json]))

const sourceIn = ({ source }: JsonObject): string => (typeof source === 'string' ? source : '')

function contextIn(body: JsonObject): Context {
  const read = readContextFile(sourceIn(body))
  if (read.kind === 'context') return read.context
  const all = read.problems.map(({ line, message }) => `line ${line}: ${message}`)
  throw refusal('unprocessable', `The context cannot be used: ${all.join('; ')}`)
}

/** What was proposed on top of another context was never held against this one. */
async function requireBase(tx: Tx, { before }: JsonObject): Promise<void> {
  const { digest } = await contextInForce(tx)
  if (digest !== before)
    throw refusal('conflict', 'Another context came into force since: propose this one on top of that')
}

const contextDigest = (context: Context): string => digestOf('context', context as unknown as Json)

/** The body of the change that would bring the source into force. Throws `unprocessable` with every problem. */
export async function contextBody(db: Database | Tx, source: string): Promise<ContextBody> {
  const { digest } = await contextInForce(db)
  return { source, context: contextDigest(contextIn({ source })), before: digest }
}

/** What became of a context that somebody wants: in force, or a change that others have to approve, with why. */
export type WantedContext =
  | { readonly kind: 'applied'; readonly digest: string }
  | { readonly kind: 'widens'; readonly widenings: readonly string[] }

/**
 * Brings a context into force that only narrows; to look closer needs nobody’s vote. One that is in force already changes nothing. Throws
 * `unprocessable` with every problem.
 */
export const applyNarrower = (
  db: Database,
  { source, person }: { readonly source: string; readonly person: Person },
): Promise<WantedContext> =>
  db.transaction().execute(async (tx) => {
    await oneByOne(tx)
    const { context } = await contextInForce(tx)
    const widenings = wideningsOf(context, contextIn({ source }))
    if (widenings.length > 0) return { kind: 'widens', widenings }
    const digest = await beginContext(tx, { source, actor: { kind: 'person', id: person.id } })
    return { kind: 'applied', digest }
  })

interface Beginning {
  readonly source: string
  readonly change?: string
  readonly actor: Actor
}

async function beginContext(tx: Tx, { source, change, actor }: Beginning): Promise<string> {
  const context = contextIn({ source })
  const digest = contextDigest(context)
  const newest = await newestContext(tx)
  if (newest?.digest === digest && newest.source === source) return digest
  await tx
    .insertInto('context_version')
    .values({ digest, body: JSON.stringify(context), source, change: change ?? null })
    .execute()
  await raiseWakesOfOpen(tx)
  await record(tx, {
    stream: 'system',
    type: 'context.applied',
    actor,
    text: `Context ${shortHash(digest)} with ${context.entries.length} entries is in force`,
    refs: { context: digest, ...(change === undefined ? {} : { change }) },
  })
  return digest
}
