import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { append, EMPTY_ROOT, emptyEdge, type Hash, leafHash, nodeHash, rootFromLeaves, rootOf } from '#audit/merkle'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '#audit/proofs'

const hex = (hash: Hash) => Buffer.from(hash).toString('hex')

/** RFC 6962 §2.1, word for word: the definition that the code is compared with. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  const [only] = leaves
  if (only === undefined) return EMPTY_ROOT
  if (leaves.length === 1) return only
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return nodeHash(naiveRoot(leaves.slice(0, half)), naiveRoot(leaves.slice(half)))
}

const leavesOf = (count: number, salt = 0) =>
  Array.from({ length: count }, (_, index) => leafHash(Uint8Array.of(salt, index >> 8, index & 255)))

const MAX_LEAVES = 130
const someLeaves = fc
  .tuple(fc.integer({ min: 0, max: MAX_LEAVES }), fc.nat(255))
  .map(([count, salt]) => leavesOf(count, salt))

/** The entries and roots that the transparency projects publish for their trees. */
const published = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const publishedRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const publishedLeaves = published.map((entry) => leafHash(Buffer.from(entry, 'hex')))

describe('the tree', () => {
  it('has the published root of the empty tree', () => {
    expect(hex(rootOf(emptyEdge))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it.each(publishedRoots.map((root, index) => [index + 1, root] as const))(
    'has the published root for %i leaves',
    (count, root) => {
      expect(hex(rootFromLeaves(publishedLeaves.slice(0, count)))).toBe(root)
    },
  )

  it('has the root of the definition, however the appends are cut', () => {
    fc.assert(
      fc.property(someLeaves, fc.array(fc.nat(20)), (leaves, cuts) => {
        let edge = emptyEdge
        for (const cut of cuts) edge = append(edge, leaves.slice(edge.size, edge.size + cut))
        edge = append(edge, leaves.slice(edge.size))
        expect(edge.size).toBe(leaves.length)
        expect(hex(rootOf(edge))).toBe(hex(naiveRoot(leaves)))
      }),
    )
  })

  it('keeps as many hashes as the size has ones, and never changes an edge that it was given', () => {
    const edge = append(emptyEdge, leavesOf(7))
    append(edge, leavesOf(1))
    expect([...edge.roots.keys()].toSorted()).toEqual([0, 1, 2])
  })

  it('refuses an edge that does not fit its size', () => {
    const { roots } = append(emptyEdge, leavesOf(7))
    expect(() => append({ size: 6, roots }, leavesOf(1))).toThrow('6 leaves')
    expect(() => rootOf({ size: 8, roots })).toThrow(RangeError)
  })
})

const flipped = (hash: Hash): Hash => hash.map((byte, at) => (at === 0 ? byte ^ 1 : byte))

describe('inclusion proofs', () => {
  it('show every leaf of every small tree', () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = leavesOf(size)
      const root = naiveRoot(leaves)
      for (const [index, leaf] of leaves.entries())
        expect(verifyInclusion({ index, size, leaf, root, proof: inclusionProof(leaves, index) })).toBe(true)
    }
  })

  it('show nothing else: another place, size, leaf, root or proof fails', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: MAX_LEAVES }), fc.nat(), fc.nat(), (size, atIndex, other) => {
        const leaves = leavesOf(size)
        const index = atIndex % size
        const leaf = leaves[index] ?? EMPTY_ROOT
        const claim = { index, size, leaf, root: naiveRoot(leaves), proof: inclusionProof(leaves, index) }
        const at = other % claim.proof.length
        const refuted = [
          { ...claim, leaf: flipped(leaf) },
          { ...claim, root: flipped(claim.root) },
          { ...claim, index: (index + 1 + (other % (size - 1))) % size },
          { ...claim, proof: claim.proof.map((hash, place) => (place === at ? flipped(hash) : hash)) },
          { ...claim, proof: claim.proof.slice(1) },
          { ...claim, proof: [...claim.proof, leaf] },
          { ...claim, index: size },
          { ...claim, index: -1 },
        ]
        expect(refuted.filter(verifyInclusion)).toEqual([])
      }),
    )
  })

  it('are refused for a leaf that does not exist', () => {
    expect(() => inclusionProof(leavesOf(3), 3)).toThrow(RangeError)
  })
})

describe('consistency proofs', () => {
  it('show every prefix of every small tree', () => {
    for (let size2 = 0; size2 <= 34; size2 += 1) {
      const leaves = leavesOf(size2)
      for (let size1 = 0; size1 <= size2; size1 += 1) {
        const roots = { root1: naiveRoot(leaves.slice(0, size1)), root2: naiveRoot(leaves) }
        expect(verifyConsistency({ size1, size2, ...roots, proof: consistencyProof(leaves, size1) })).toBe(true)
      }
    }
  })

  it('never show a tree that was changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: MAX_LEAVES }), fc.nat(), fc.nat(), (size2, cut, changed) => {
        const leaves = leavesOf(size2)
        const size1 = 1 + (cut % (size2 - 1))
        const rewritten = leaves.map((leaf, index) => (index === changed % size1 ? flipped(leaf) : leaf))
        const claim = { size1, size2, root1: naiveRoot(leaves.slice(0, size1)), root2: naiveRoot(rewritten) }
        expect(verifyConsistency({ ...claim, proof: consistencyProof(rewritten, size1) })).toBe(false)
        expect(verifyConsistency({ ...claim, proof: consistencyProof(leaves, size1) })).toBe(false)
        expect(verifyConsistency({ ...claim, root2: naiveRoot(leaves), proof: [] })).toBe(false)
      }),
    )
  })

  it('never show a tree that shrank', () => {
    const leaves = leavesOf(5)
    const claim = { size1: 5, size2: 4, root1: naiveRoot(leaves), root2: naiveRoot(leaves.slice(0, 4)) }
    expect(verifyConsistency({ ...claim, proof: [] })).toBe(false)
    expect(() => consistencyProof(leaves.slice(0, 4), 5)).toThrow(RangeError)
  })
})
