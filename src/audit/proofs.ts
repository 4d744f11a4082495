import { EMPTY_ROOT, type Hash, nodeHash, rootFromLeaves } from './merkle.ts'

/** The claim that a leaf stands at an index of the tree with this size and root. */
export interface Inclusion {
  readonly index: number
  readonly size: number
  readonly leaf: Hash
  readonly root: Hash
  readonly proof: readonly Hash[]
}

/** The claim that the tree of `size1` leaves is a prefix of the tree of `size2`. */
export interface Consistency {
  readonly size1: number
  readonly root1: Hash
  readonly size2: number
  readonly root2: Hash
  readonly proof: readonly Hash[]
}

/** The neighbours on the way from a leaf to the root (RFC 6962 §2.1.1), from the leaf up. */
export function inclusionProof(leaves: readonly Hash[], index: number): readonly Hash[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`There is no leaf ${index} among ${leaves.length}`)
  if (leaves.length === 1) return []
  const half = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return index < half
    ? [...inclusionProof(left, index), rootFromLeaves(right)]
    : [...inclusionProof(right, index - half), rootFromLeaves(left)]
}

/** What shows that the first `size1` leaves were not changed since (RFC 6962 §2.1.2). */
export function consistencyProof(leaves: readonly Hash[], size1: number): readonly Hash[] {
  if (!Number.isInteger(size1) || size1 < 0 || size1 > leaves.length)
    throw new RangeError(`No tree of ${size1} leaves precedes one of ${leaves.length}`)
  return size1 === 0 ? [] : subproof(leaves, size1, 'old root known')
}

function subproof(leaves: readonly Hash[], size1: number, old: 'old root known' | 'old root needed'): readonly Hash[] {
  if (size1 === leaves.length) return old === 'old root known' ? [] : [rootFromLeaves(leaves)]
  const half = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return size1 <= half
    ? [...subproof(left, size1, old), rootFromLeaves(right)]
    : [...subproof(right, size1 - half, 'old root needed'), rootFromLeaves(left)]
}

/** Whether the proof shows the claim (RFC 9162 §2.1.3.2). Never throws for a false one. */
export function verifyInclusion({ index, size, leaf, root, proof }: Inclusion): boolean {
  if (!isPlace(index) || !isPlace(size) || index >= size) return false
  const found = climb({ index: BigInt(index), last: BigInt(size) - 1n, proof, start: leaf })
  return found !== undefined && same(found, root)
}

function climb(from: {
  readonly index: bigint
  readonly last: bigint
  readonly proof: readonly Hash[]
  readonly start: Hash
}): Hash | undefined {
  let { index, last, start: hash } = from
  for (const neighbour of from.proof) {
    if (last === 0n) return undefined
    const isRight = (index & 1n) === 1n || index === last
    hash = isRight ? nodeHash(neighbour, hash) : nodeHash(hash, neighbour)
    // The last node of a level without a neighbour rises unchanged until it has one.
    const rise = isRight ? risesOf(index) : 0n
    index >>= rise + 1n
    last >>= rise + 1n
  }
  return last === 0n ? hash : undefined
}

/** How many levels a node rises before it is a right child. */
function risesOf(index: bigint): bigint {
  let rises = 0n
  for (let rest = index; rest !== 0n && (rest & 1n) === 0n; rest >>= 1n) rises += 1n
  return rises
}

/** Whether the proof shows the claim (RFC 9162 §2.1.4.2). Never throws for a false one. */
export function verifyConsistency(claim: Consistency): boolean {
  const { size1, root1, size2, root2, proof } = claim
  if (!isPlace(size1) || !isPlace(size2) || size1 > size2) return false
  if (size1 === 0) return proof.length === 0 && same(root1, EMPTY_ROOT)
  if (size1 === size2) return proof.length === 0 && same(root1, root2)
  return showsGrowth(claim)
}

function showsGrowth({ size1, root1, size2, root2, proof }: Consistency): boolean {
  // A whole power of two is its own subtree: its root need not be sent.
  const isPowerOfTwo = (BigInt(size1) & (BigInt(size1) - 1n)) === 0n
  const grown = grow(isPowerOfTwo ? [root1, ...proof] : proof, BigInt(size1) - 1n, BigInt(size2) - 1n)
  return grown !== undefined && same(grown.old, root1) && same(grown.now, root2)
}

function grow(
  [first, ...rest]: readonly Hash[],
  lastOld: bigint,
  lastNow: bigint,
): { readonly old: Hash; readonly now: Hash } | undefined {
  if (first === undefined) return undefined
  let at = lastOld
  let last = lastNow
  for (; (at & 1n) === 1n; at >>= 1n) last >>= 1n
  let [old, now] = [first, first]
  for (const node of rest) {
    if (last === 0n) return undefined
    const isRight = (at & 1n) === 1n || at === last
    if (isRight) old = nodeHash(node, old)
    now = isRight ? nodeHash(node, now) : nodeHash(now, node)
    const rise = isRight ? risesOf(at) : 0n
    at >>= rise + 1n
    last >>= rise + 1n
  }
  return last === 0n ? { old, now } : undefined
}

/** The largest power of two below the size. */
const splitOf = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1)

const isPlace = (number: number): boolean => Number.isSafeInteger(number) && number >= 0

const same = (one: Hash, other: Hash): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
