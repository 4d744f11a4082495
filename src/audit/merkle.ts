import { createHash } from 'node:crypto'

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array

// RFC 6962 §2.1: a leaf can never pass for a node.
const LEAF_PREFIX = Uint8Array.of(0)
const NODE_PREFIX = Uint8Array.of(1)

/** The hash of one entry’s bytes. */
export const leafHash = (entry: Uint8Array): Hash => createHash('sha256').update(LEAF_PREFIX).update(entry).digest()

/** The hash of two neighbours. */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest()

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Hash = createHash('sha256').digest()

/**
 * The right edge of a tree: the roots of its perfect subtrees, one per bit of its size, by level.
 * All that is needed to go on appending; as many hashes as the size has ones.
 */
export interface Edge {
  readonly size: number
  /** Level → root of the perfect subtree of 2^level leaves that the size’s bit of that level stands for. */
  readonly roots: ReadonlyMap<number, Hash>
}

/** The edge of a tree without leaves. */
export const emptyEdge: Edge = { size: 0, roots: new Map() }

/** The edge after more leaves. Refuses an edge whose roots do not fit its size. */
export function append(edge: Edge, leaves: readonly Hash[]): Edge {
  assertFits(edge)
  const roots = new Map(edge.roots)
  for (const leaf of leaves) carry(roots, leaf)
  return { size: edge.size + leaves.length, roots }
}

/** Adding one leaf is adding one to a binary number: a full level merges and carries. */
function carry(roots: Map<number, Hash>, leaf: Hash): void {
  let level = 0
  let hash = leaf
  for (let left = roots.get(level); left !== undefined; left = roots.get(level)) {
    hash = nodeHash(left, hash)
    roots.delete(level)
    level += 1
  }
  roots.set(level, hash)
}

/** The root of the tree with this right edge. */
export function rootOf(edge: Edge): Hash {
  assertFits(edge)
  const fromSmallest = [...edge.roots].toSorted(([one], [other]) => one - other).map(([, hash]) => hash)
  const [first, ...larger] = fromSmallest
  return first === undefined ? EMPTY_ROOT : larger.reduce((right, left) => nodeHash(left, right), first)
}

/** The root of a tree from all its leaves. */
export const rootFromLeaves = (leaves: readonly Hash[]): Hash => rootOf(append(emptyEdge, leaves))

function assertFits({ size, roots }: Edge): void {
  const levels = [...roots.keys()].toSorted((one, other) => one - other)
  if (
    levels.reduce((sum, level) => sum + 2 ** level, 0) !== size ||
    levels.some((level) => !Number.isInteger(level) || level < 0)
  )
    throw new RangeError(`A tree of ${size} leaves has no right edge at levels ${levels.join(', ')}`)
}
