import { verifyCheckpoint } from './checkpoint.ts'
import { append, type Edge, emptyEdge, leafHash, rootOf } from './merkle.ts'

export interface Leaf {
  /** Its place in the tree, from 0. */
  readonly index: number
  readonly hash: Uint8Array
  /** The bytes of its entry. */
  readonly body: Uint8Array
}

export interface StoredCheckpoint {
  readonly size: number
  readonly root: Uint8Array
  readonly note: string
}

export interface StoredLog {
  /** In the order of their places, some at a time. */
  readonly leaves: AsyncIterable<readonly Leaf[]>
  /** The smallest first. */
  readonly checkpoints: readonly StoredCheckpoint[]
}

export interface Trust {
  /** The public line of the key that signs the log. */
  readonly keyLine: string
  /** Signed notes that somebody kept elsewhere. */
  readonly kept: readonly string[]
}

export interface LogVerdict {
  /** Entries in the tree. */
  readonly size: number
  readonly problems: readonly string[]
}

/**
 * Builds the tree anew from the bytes of its entries, and holds every checkpoint, stored or kept elsewhere, against it: what nobody changed
 * has the roots that were signed. Throws nothing; each problem is a sentence.
 */
export async function verifyLog({ leaves, checkpoints }: StoredLog, trust: Trust): Promise<LogVerdict> {
  const problems: string[] = []
  const stored = checkpoints.map((one) => readStored(one, trust.keyLine, problems))
  const kept = trust.kept.map((note) => readNote(note, trust.keyLine, problems))
  const claims = [...stored, ...kept].filter((claim) => claim !== undefined)
  const wanted = new Set(claims.map(({ size }) => size))
  const roots = new Map<number, Uint8Array>()
  let edge = emptyEdge
  for await (const page of leaves)
    for (const leaf of page) {
      if (leaf.index !== edge.size) problems.push(`The tree has a gap before place ${leaf.index}`)
      const hash = leafHash(leaf.body)
      if (!same(hash, leaf.hash)) problems.push(`The entry at place ${leaf.index} has other bytes than were sealed`)
      edge = append(edge, [hash])
      if (wanted.has(edge.size)) roots.set(edge.size, rootOf(edge))
    }
  problems.push(...claims.flatMap((claim) => objectionTo(claim, { edge, roots })), ...lastOf(stored, edge))
  return { size: edge.size, problems }
}

interface Claim {
  readonly whose: string
  readonly size: number
  readonly root: Uint8Array
}

function readStored({ size, root, note }: StoredCheckpoint, keyLine: string, problems: string[]): Claim | undefined {
  const whose = `The checkpoint of ${size} entries`
  try {
    const signed = verifyCheckpoint(note, keyLine)
    if (signed.size !== size || !same(signed.root, root)) problems.push(`${whose} is stored with another size or root`)
    return { whose, size: signed.size, root: signed.root }
  } catch (error) {
    problems.push(`${whose} cannot be believed: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function readNote(note: string, keyLine: string, problems: string[]): Claim | undefined {
  try {
    const { size, root } = verifyCheckpoint(note, keyLine)
    return { whose: `The checkpoint of ${size} entries that was kept elsewhere`, size, root }
  } catch (error) {
    problems.push(
      `What was kept elsewhere cannot be believed: ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
}

interface Rebuilt {
  readonly edge: Edge
  readonly roots: ReadonlyMap<number, Uint8Array>
}

function objectionTo({ whose, size, root }: Claim, { edge, roots }: Rebuilt): readonly string[] {
  if (size > edge.size) return [`${whose} is newer than this log, which has ${edge.size}: what came after is not here`]
  const rebuilt = size === 0 ? rootOf(emptyEdge) : roots.get(size)
  return rebuilt !== undefined && same(rebuilt, root) ? [] : [`${whose} has another root than these entries`]
}

/** What is in the tree was signed in the transaction that put it there. */
function lastOf(stored: readonly (Claim | undefined)[], { size }: Edge): readonly string[] {
  const largest = Math.max(0, ...stored.map((claim) => claim?.size ?? 0))
  return largest < size ? [`No checkpoint that can be believed covers the last ${size - largest} entries`] : []
}

const same = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
