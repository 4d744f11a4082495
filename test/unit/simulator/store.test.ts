import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from '#simulator/state/journal'
import { type Change, createStore, draftOver } from '#simulator/state/store'

const bucket = (name: string, at = 0) =>
  ({ name, account: '1', region: 'eu-central-1', createdAt: at, versioning: 'off' }) as const

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-journal-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('journal', () => {
  const replayed = (): unknown[] => {
    const entries: unknown[] = []
    openJournal(folder, (entry) => entries.push(entry)).close()
    return entries
  }

  test('what was appended is there after opening again', async () => {
    const journal = openJournal(folder, () => undefined)
    journal.append({ a: 1 })
    journal.append({ b: 'é' })
    await Promise.all([journal.durable(), journal.durable(), journal.durable()])
    journal.close()
    expect(replayed()).toEqual([{ a: 1 }, { b: 'é' }])
  })

  test('a line that was torn by a crash is cut off, and the next one is whole', () => {
    const journal = openJournal(folder, () => undefined)
    journal.append({ a: 1 })
    journal.close()
    appendFileSync(join(folder, 'journal.jsonl'), '{"b":')
    expect(replayed()).toEqual([{ a: 1 }])
    const again = openJournal(folder, () => undefined)
    again.append({ c: 3 })
    again.close()
    expect(replayed()).toEqual([{ a: 1 }, { c: 3 }])
  })

  test('a rewrite replaces everything, and goes on growing', () => {
    const journal = openJournal(folder, () => undefined)
    journal.append({ old: true })
    journal.rewrite([{ kept: 1 }, { kept: 2 }])
    journal.append({ added: 3 })
    journal.close()
    expect(replayed()).toEqual([{ kept: 1 }, { kept: 2 }, { added: 3 }])
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).not.toContain('old')
  })
})

describe('store', () => {
  test('a view of the past sees what was there, what is removed since and not what came later', () => {
    const store = createStore()
    store.apply([['bucket', 'a', bucket('a', 1)]], 1000)
    store.apply(
      [
        ['bucket', 'a', bucket('a', 2)],
        ['bucket', 'b', bucket('b')],
      ],
      2000,
    )
    store.apply([['bucket', 'a', null]], 3000)
    expect(store.viewAt(500).get('bucket', 'a')).toBeUndefined()
    expect(store.viewAt(1500).list('bucket', '')).toEqual([bucket('a', 1)])
    expect(store.viewAt(2500).list('bucket', '')).toEqual([bucket('a', 2), bucket('b')])
    expect(store.now().list('bucket', '')).toEqual([bucket('b')])
  })

  test('a draft sees its own writes and leaves the store alone', () => {
    const store = createStore()
    store.apply(
      [
        ['bucket', 'a', bucket('a')],
        ['bucket', 'b', bucket('b')],
      ],
      0,
    )
    const { draft, changes } = draftOver(store.now())
    draft.remove('bucket', 'a')
    draft.put('bucket', 'c', bucket('c'))
    expect(draft.list('bucket', '').map(({ name }) => name)).toEqual(['b', 'c'])
    expect(draft.get('bucket', 'a')).toBeUndefined()
    expect(
      store
        .now()
        .list('bucket', '')
        .map(({ name }) => name),
    ).toEqual(['a', 'b'])
    expect(changes()).toEqual([
      ['bucket', 'a', null],
      ['bucket', 'c', bucket('c')],
    ])
  })

  test('what a store gives out rebuilds it', () => {
    const change = fc.tuple(
      fc.constant('bucket' as const),
      fc.constantFrom('a', 'b', 'c'),
      fc.option(fc.nat().map((at) => bucket('x', at))),
    )
    fc.assert(
      fc.property(fc.array(change), (list) => {
        const [store, copy] = [createStore(), createStore()]
        for (const one of list) store.apply([one], 1)
        copy.apply([...store.all()] as readonly Change[], 2)
        expect(copy.now().list('bucket', '')).toEqual(store.now().list('bucket', ''))
      }),
    )
  })
})
