import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { publicKeyLine, signCheckpoint, verifyCheckpoint } from '#audit/checkpoint'
import { leafHash, rootFromLeaves } from '#audit/merkle'
import { consistencyProof, verifyConsistency } from '#audit/proofs'
import type { Database } from '#store/database/database'
import { record } from '#store/log/events'

export const origin = 'cordon/log'
export const keyPem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
export const keyLine = publicKeyLine(origin, keyPem)
export const sign = (checkpoint: { readonly size: number; readonly root: Uint8Array }) =>
  signCheckpoint({ origin, ...checkpoint }, keyPem)

/** Tells the log one event, and commits after the pause: ids are given in one order and committed in another. */
export const tell = (db: Database, stream: string, pauseMs = 0) =>
  db.transaction().execute(async (tx) => {
    await record(tx, {
      stream,
      type: 'incident.commented',
      actor: { kind: 'cordon', id: 'test' },
      text: `Something happened in ${stream}`,
      refs: { stream },
    })
    if (pauseMs > 0) await pause(pauseMs)
  })

/** Waits until everything that was committed is sealed. */
export async function sealedAll(db: Database, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`select count(*)::int as waiting from audit_pending`.execute(db)
    if (rows[0]?.waiting === 0) return
    if (Date.now() > deadline) throw new Error(`${rows[0]?.waiting} entries are not sealed after ${withinMs} ms`)
    await pause(20)
  }
}

/**
 * Reads the log as an auditor would: each entry has one place, places have no gaps, each leaf is the hash of its entry’s bytes,
 * each checkpoint is signed and has the root of the leaves before it, and each is consistent with the one before.
 */
export async function expectSound(db: Database, entries: number): Promise<void> {
  const { rows: leaves } = await sql<{ index: number; entry: number; hash: Buffer; body: Buffer }>`
    select index, entry, hash, body from audit_leaf join audit_entry on audit_entry.id = entry order by index`.execute(
    db,
  )
  expect(leaves.length).toBe(entries)
  expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, place) => place))
  expect(new Set(leaves.map(({ entry }) => entry)).size).toBe(entries)
  expect(leaves.filter(({ hash, body }) => !hash.equals(leafHash(body)))).toEqual([])

  const { rows: checkpoints } = await sql<{ size: number; root: Buffer; note: string }>`
    select size, root, note from checkpoint order by size`.execute(db)
  expect(checkpoints.at(-1)?.size ?? 0).toBe(entries)
  const hashes = leaves.map(({ hash }) => hash)
  let last: { readonly size: number; readonly root: Buffer } | undefined
  for (const { size, root, note } of checkpoints) {
    const verified = verifyCheckpoint(note, keyLine)
    expect(verified.size).toBe(size)
    expect(root.equals(verified.root)).toBe(true)
    expect(root.equals(rootFromLeaves(hashes.slice(0, size)))).toBe(true)
    if (last !== undefined) {
      const proof = consistencyProof(hashes.slice(0, size), last.size)
      expect(verifyConsistency({ size1: last.size, root1: last.root, size2: size, root2: root, proof })).toBe(true)
    }
    last = { size, root }
  }
}
