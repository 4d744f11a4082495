import { entriesOf, type Loose, MINUTE_MS, type Plant, pick, shifted, tableOf, take } from '../planting.ts'

const page: (...asked: Parameters<Plant>) => Loose = (draft, random) => pick(tableOf(draft, 'page'), random)

const outside: (...asked: Parameters<Plant>) => Loose = (draft, random) =>
  pick(
    tableOf(draft, 'delivery').filter(({ channel }) => channel === 'webhook'),
    random,
  )

export const pagesPlants: Readonly<Record<string, Plant>> = {
  'a page is doubled': (draft, random) => void tableOf(draft, 'page').push({ ...page(draft, random), id: 'planted' }),
  'two pages have one id': (draft, random) =>
    void tableOf(draft, 'page').push({ ...page(draft, random), key: 'another' }),
  'a page was sent twice by a channel': (draft, random) =>
    void tableOf(draft, 'delivery').push({ ...outside(draft, random) }),
  'a page has no delivery by a channel': (draft, random) =>
    void take(tableOf(draft, 'delivery'), random, ({ channel }) => channel === 'webhook'),
  'a page is not in the console': (draft, random) =>
    void take(tableOf(draft, 'delivery'), random, ({ channel }) => channel === 'console'),
  'a delivery failed and the page counts as delivered': (draft, random) =>
    void Object.assign(outside(draft, random), { status: 'failed', problem: 'it was busy', receipt: null }),
  'a delivery failed without a reason': (draft, random) =>
    void Object.assign(outside(draft, random), { status: 'failed', problem: null }),
  'a delivery arrived without a receipt': (draft, random) => void (outside(draft, random)['receipt'] = null),
  'a page counts as unheard and was heard': (draft, random) => void (page(draft, random)['status'] = 'unheard'),
  'a page counts as recorded and was sent': (draft, random) => void (page(draft, random)['status'] = 'recorded'),
  'a page is on its way for ever': (draft, random) =>
    void Object.assign(page(draft, random), { status: 'sending', sent_at: shifted(draft.takenAt, -60 * MINUTE_MS) }),
  'a page calls nobody': (draft, random) => void (page(draft, random)['person'] = 'nobody'),
  'the receiver never got a page': (draft, random) => {
    const { webhookId } = pick(draft.pages, random)
    draft.pages = draft.pages.filter((one) => one['webhookId'] !== webhookId)
  },
  'the receiver got a page under a new id': (draft, random) =>
    void draft.pages.push({ ...pick(draft.pages, random), webhookId: 'planted' }),
  'one id came with two contents': (draft, random) => {
    const one = pick(draft.pages, random)
    draft.pages.push({ ...one, body: { ...(one['body'] as Loose), text: 'Something else' } })
  },
  'the receiver got another person’s page': (draft, random) => {
    const one = pick(draft.pages, random)
    one['body'] = { ...(one['body'] as Loose), person: 'nobody' }
  },
  'the log does not tell of a page': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'page.sent'),
  'the log tells of a page twice': (draft, random) =>
    void tableOf(draft, 'audit_entry').push({ ...pick(entriesOf(draft, 'page.sent'), random) }),
  'an unheard page is told to nobody': (draft, random) => {
    const one = page(draft, random)
    const deliveries = tableOf(draft, 'delivery').filter(
      (row) => row['page'] === one['id'] && row['channel'] === 'webhook',
    )
    for (const row of deliveries) Object.assign(row, { status: 'failed', problem: 'it was busy' })
    one['status'] = 'unheard'
  },
}
