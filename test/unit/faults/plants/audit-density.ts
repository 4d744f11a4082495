import {
  eventIn,
  hexOf,
  type Loose,
  MINUTE_MS,
  type Plant,
  pick,
  rewriteEvent,
  shifted,
  tableOf,
  take,
} from '../planting.ts'

const flipped = (hex: unknown): string => String(hex).replace(/.$/, (last) => (last === '0' ? '1' : '0'))

const entry: (...asked: Parameters<Plant>) => Loose = (draft, random) => pick(tableOf(draft, 'audit_entry'), random)

export const auditDensityPlants: Readonly<Record<string, Plant>> = {
  'an entry is gone': (draft, random) => void take(tableOf(draft, 'audit_entry'), random),
  'a leaf is gone': (draft, random) => void take(tableOf(draft, 'audit_leaf'), random),
  'an entry was changed': (draft, random) =>
    rewriteEvent(entry(draft, random), (event) => {
      event['text'] = 'Nothing happened'
    }),
  'an entry says another time in its column': (draft, random) => {
    const row = entry(draft, random)
    row['at'] = shifted(row['at'], MINUTE_MS)
  },
  'an entry says another type in its column': (draft, random) => void (entry(draft, random)['type'] = 'another'),
  'an entry is not canonical': (draft, random) => {
    const row = entry(draft, random)
    row['body'] = `\\x${Buffer.from(JSON.stringify(eventIn(row), undefined, 1)).toString('hex')}`
  },
  'an entry is no JSON': (draft, random) => void (entry(draft, random)['body'] = '\\x00ff'),
  'a number of a stream is double': (draft, random) => {
    const row = entry(draft, random)
    const seq = Number(row['seq']) + 1
    row['seq'] = seq
    row['body'] = hexOf({ ...eventIn(row), seq })
  },
  'a leaf is another hash': (draft, random) => {
    const leaf = pick(tableOf(draft, 'audit_leaf'), random)
    leaf['hash'] = flipped(leaf['hash'])
  },
  'two leaves changed places': (draft, random) => {
    const one = pick(tableOf(draft, 'audit_leaf'), random)
    const other = pick(
      tableOf(draft, 'audit_leaf').filter((leaf) => leaf !== one),
      random,
    )
    ;[one['index'], other['index']] = [other['index'], one['index']]
  },
  'an entry is two leaves': (draft, random) => {
    const leaves = tableOf(draft, 'audit_leaf')
    leaves.push({ ...pick(leaves, random), index: leaves.length })
  },
  'an entry waits to be sealed': (draft, random) =>
    void tableOf(draft, 'audit_pending').push({ id: entry(draft, random)['id'] }),
  'a checkpoint has another root': (draft, random) => {
    const checkpoint = pick(tableOf(draft, 'checkpoint'), random)
    checkpoint['root'] = flipped(checkpoint['root'])
  },
  'a note says another size': (draft, random) => {
    const checkpoint = pick(tableOf(draft, 'checkpoint'), random)
    checkpoint['note'] = String(checkpoint['note']).replace(/\n\d+\n/, '\n1000\n')
  },
  'a note is not signed': (draft, random) => {
    const checkpoint = pick(tableOf(draft, 'checkpoint'), random)
    checkpoint['note'] = String(checkpoint['note']).replace(/\n— .*/, '\n')
  },
  'the newest checkpoint is gone': (draft) => {
    const sizes = tableOf(draft, 'checkpoint').map(({ size }) => Number(size))
    draft.tables['checkpoint'] = tableOf(draft, 'checkpoint').filter(({ size }) => Number(size) < Math.max(...sizes))
  },
  'a checkpoint is older than a smaller one': (draft, random) => {
    const smallest = Math.min(...tableOf(draft, 'checkpoint').map(({ size }) => Number(size)))
    const checkpoint = pick(
      tableOf(draft, 'checkpoint').filter(({ size }) => Number(size) > smallest),
      random,
    )
    checkpoint['at'] = shifted(checkpoint['at'], -100 * MINUTE_MS)
  },
  'the edge is another one': (draft, random) => {
    const edge = pick(tableOf(draft, 'audit_edge'), random)
    edge['hash'] = flipped(edge['hash'])
  },
  'a level of the edge is gone': (draft, random) => void take(tableOf(draft, 'audit_edge'), random),
  'the log was cut': (draft) => void tableOf(draft, 'audit_entry').splice(-3),
}
