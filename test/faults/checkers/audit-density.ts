import { createHash } from 'node:crypto'
import { canonicalBytes } from '#audit/canonical'
import type { Json } from '#domain/json'
import type { FaultRun, Row } from '../run.ts'
import { bytes, json, number, object, repeated, rowsOf, text, time } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I13')

/**
 * I13, its first half: the log is dense, every entry is a leaf, and every checkpoint’s root is the root of its leaves, by RFC 6962 and
 * done anew here. Left out: the checkpoints’ signatures, since the log’s key is not in a run (`cordon verify` checks them).
 */
export const auditDensity: Checker = (run) => [
  ...streams(run),
  ...entries(run),
  ...sealing(run),
  ...checkpoints(run),
  ...edges(run),
]

function streams(run: FaultRun): readonly Violation[] {
  const numbers = new Map<string, number[]>()
  for (const row of rowsOf(run, 'audit_entry')) {
    const stream = text(row, 'stream')
    numbers.set(stream, [...(numbers.get(stream) ?? []), number(row, 'seq')])
  }
  return [...numbers].flatMap(([stream, all]) => {
    const sorted = all.toSorted((one, other) => one - other)
    const gap = sorted.findIndex((seq, index) => seq !== index + 1)
    return gap < 0 ? [] : [violation(stream, `number ${gap + 1} of the stream is missing or double`)]
  })
}

/** An entry’s bytes are canonical and say what its columns say. */
function entries(run: FaultRun): readonly Violation[] {
  return rowsOf(run, 'audit_entry').flatMap((row) => {
    const body = bytes(row, 'body')
    const value = json(body)
    const event = object(value)
    const id = text(row, 'id')
    if (value === undefined || !isCanonical(value, body))
      return [violation(id, 'the bytes of the entry are not canonical')]
    const other = ['stream', 'seq', 'type'].find((name) => text(row, name) !== text(event, name))
    if (other !== undefined) return [violation(id, `the column ${other} is not what the bytes of the entry say`)]
    return time(row, 'at') === time(event, 'at')
      ? []
      : [violation(id, 'the time of the entry is not what its bytes say')]
  })
}

function isCanonical(value: unknown, body: Buffer): boolean {
  try {
    return Buffer.from(canonicalBytes(value as Json)).equals(body)
  } catch {
    // A value that cannot be written canonically was not.
    return false
  }
}

function sealing(run: FaultRun): readonly Violation[] {
  const entryRows = rowsOf(run, 'audit_entry')
  const bodies = new Map(entryRows.map((row) => [text(row, 'id'), bytes(row, 'body')]))
  const leaves = leavesOf(run)
  const sealed = new Set(leaves.map((row) => text(row, 'entry')))
  const pending = rowsOf(run, 'audit_pending').map((row) => violation(text(row, 'id'), 'the entry waits to be sealed'))
  const open = [...bodies.keys()]
    .filter((id) => !sealed.has(id))
    .map((id) => violation(id, 'the entry is no leaf of the tree'))
  const twice = repeated(leaves.map((row) => text(row, 'entry'))).map((id) => violation(id, 'the entry is two leaves'))
  const gap = leaves.findIndex((row, index) => number(row, 'index') !== index)
  const places = gap < 0 ? [] : [violation('audit_leaf', `place ${gap} of the tree is missing or double`)]
  const wrong = leaves.flatMap((row) => {
    const body = bodies.get(text(row, 'entry'))
    const isRight = body !== undefined && leafHash(body).equals(bytes(row, 'hash'))
    return isRight ? [] : [violation(text(row, 'entry'), 'the leaf is not the hash of its entry')]
  })
  return [...pending, ...open, ...twice, ...places, ...wrong]
}

const leavesOf = (run: FaultRun): readonly Row[] =>
  rowsOf(run, 'audit_leaf').toSorted((one, other) => number(one, 'index') - number(other, 'index'))

function checkpoints(run: FaultRun): readonly Violation[] {
  const hashes = leavesOf(run).map((row) => bytes(row, 'hash'))
  const tree: Tree = { leaves: hashes.length, rootOf: treeOf(hashes) }
  const rows = rowsOf(run, 'checkpoint').toSorted((one, other) => number(one, 'size') - number(other, 'size'))
  const newest = rows.at(-1)
  const covers = newest === undefined ? 0 : number(newest, 'size')
  const uncovered =
    covers === hashes.length ? [] : [violation('checkpoint', `the newest covers ${covers} of ${hashes.length} leaves`)]
  return [...uncovered, ...rows.flatMap((row) => checkpoint(row, tree)), ...order(rows)]
}

interface Tree {
  readonly leaves: number
  readonly rootOf: (from: number, to: number) => Buffer
}

function checkpoint(row: Row, { leaves, rootOf }: Tree): readonly Violation[] {
  const size = number(row, 'size')
  const root = bytes(row, 'root')
  if (!(size <= leaves)) return [violation(`checkpoint ${size}`, 'it commits to leaves that are not there')]
  if (!rootOf(0, size).equals(root)) return [violation(`checkpoint ${size}`, 'its root is not that of its leaves')]
  const [origin, told, encoded] = text(row, 'note').split('\n')
  const isTold = origin !== '' && told === String(size) && encoded === root.toString('base64')
  return isTold && text(row, 'note').includes('\n\n— ')
    ? []
    : [violation(`checkpoint ${size}`, 'its note does not say its size and root, signed')]
}

/** Larger trees are signed later. */
const order = (rows: readonly Row[]): readonly Violation[] =>
  rows.flatMap((row, index) => {
    const before = rows[index - 1]
    return before !== undefined && time(row, 'at') < time(before, 'at')
      ? [violation(`checkpoint ${text(row, 'size')}`, 'it is older than a smaller one')]
      : []
  })

/** The edge by which the sealer goes on is that of the whole tree. */
function edges(run: FaultRun): readonly Violation[] {
  const hashes = leavesOf(run).map((row) => bytes(row, 'hash'))
  const kept = new Map(rowsOf(run, 'audit_edge').map((row) => [number(row, 'level'), bytes(row, 'hash')]))
  const wanted = edgeOf(hashes)
  const differing = [...new Set([...kept.keys(), ...wanted.keys()])].filter(
    (level) => !(kept.get(level)?.equals(wanted.get(level) ?? Buffer.alloc(0)) ?? false),
  )
  return differing.map((level) => violation('audit_edge', `level ${level} is not that of the tree`))
}

function edgeOf(hashes: readonly Buffer[]): ReadonlyMap<number, Buffer> {
  const edge = new Map<number, Buffer>()
  const rootOf = treeOf(hashes)
  let from = 0
  for (let level = Math.floor(Math.log2(Math.max(1, hashes.length))); level >= 0; level--) {
    if (Math.floor(hashes.length / 2 ** level) % 2 === 0) continue
    edge.set(level, rootOf(from, from + 2 ** level))
    from += 2 ** level
  }
  return edge
}

const sha256 = (...parts: readonly Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()

const leafHash = (entry: Buffer): Buffer => sha256(Buffer.of(0), entry)

/** The roots of parts of a tree, by RFC 6962 §2.1 as it is written there; a part that was asked for is known. */
function treeOf(leaves: readonly Buffer[]): (from: number, to: number) => Buffer {
  const known = new Map<string, Buffer>()
  const rootOf = (from: number, to: number): Buffer => {
    const [first = Buffer.alloc(0)] = leaves.slice(from, from + 1)
    if (to === from) return sha256()
    if (to === from + 1) return first
    const place = `${from} ${to}`
    const half = from + 2 ** (Math.ceil(Math.log2(to - from)) - 1)
    const root = known.get(place) ?? sha256(Buffer.of(1), rootOf(from, half), rootOf(half, to))
    known.set(place, root)
    return root
  }
  return rootOf
}
