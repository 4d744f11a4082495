import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIntake, takeIn } from '#intake/take-in'
import { connect } from '#store/database/database'
import { convergeWaiting } from '#store/findings/key-owners'
import { asForm, type Told } from './forms-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

let runs = 0

/** One key of one user, of whom nothing else tells. */
interface Run {
  readonly user: string
  readonly key: string
}
const nextRun = (): Run => {
  runs += 1
  return { user: `keyed-${runs}`, key: `AKIAKEYOWNER${String(runs).padStart(8, '0')}` }
}

const withKey = (sent: unknown, { key }: Run): unknown =>
  JSON.parse(JSON.stringify(sent).replaceAll('AKIAIOSFODNN7EXAMPLE', key))

const told = ({ user }: Run, name: string, minute: number): Told => ({
  id: `${name}-${user}`,
  user,
  minute,
  severity: 5,
})

const rich = (run: Run, name: string, minute = 1) => withKey(asForm.eventBridge(told(run, name, minute)), run)

/** As Security Hub has it, without whose the key is. */
function poor(run: Run, name: string, minute = 0): unknown {
  const sent = asForm.securityHub(told(run, name, minute))
  const [finding] = sent.detail.findings
  const [resource] = finding?.Resources ?? []
  const details = { AwsIamAccessKey: { AccessKeyId: resource?.Details.AwsIamAccessKey.AccessKeyId } }
  return withKey({ detail: { findings: [{ ...finding, Resources: [{ ...resource, Details: details }] }] } }, run)
}

const brought = (run: Run): readonly unknown[] => [
  poor(run, 'one'),
  rich(run, 'one'),
  rich(run, 'two'),
  poor(run, 'three'),
]

const orders = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first, at) => orders(items.filter((_, other) => other !== at)).map((rest) => [first, ...rest]))

async function whereTheyAre({ user }: Run) {
  const rows = await world.owner
    .selectFrom('finding')
    .innerJoin('incident', 'incident.id', 'finding.incident')
    .select(['finding.finding_id', 'incident.id', 'incident.status', 'incident.correlation_key'])
    .where('finding.finding_id', 'like', `%-${user}`)
    .execute()
  const incidents = new Set(rows.map(({ id }) => id))
  return {
    findings: rows.length,
    incidents: incidents.size,
    open: rows.every(({ status }) => status !== 'closed'),
    rows,
  }
}

describe('what a poorer form opened by an access key alone', () => {
  const all = orders([0, 1, 2, 3])

  it.each(all)(
    'is one incident with what knows the user of the key, pushed in the order %i %i %i %i',
    async (...order) => {
      const run = nextRun()
      for (const index of order) {
        const { status } = await world.call('POST', '/api/findings', 'intake', brought(run)[index] as object)
        expect(status).toBe(202)
      }
      const { rows, ...seen } = await whereTheyAre(run)
      expect(seen).toEqual({ findings: 3, incidents: 1, open: true })
      expect(rows[0]?.correlation_key).toContain('/iam-user/')
    },
  )

  it.each(all)('is one after the sweep, where the intake took it in, in the order %i %i %i %i', async (...order) => {
    const run = nextRun()
    const intake = connect(world.urlOf('intake'), 2)
    const db = intake.db
    for (const index of order) {
      const sent = brought(run)[index]
      await takeIn({ db, intake: createIntake(db, 'by-the-sweeper'), sent, channel: 'poll', sender: '111122223333' })
    }
    await intake.close()
    await convergeWaiting(world.db)
    expect(await convergeWaiting(world.db)).toEqual([])
    const { rows: _rows, ...seen } = await whereTheyAre(run)
    expect(seen).toEqual({ findings: 3, incidents: 1, open: true })
  })

  it('tells in its timeline whose the key is', async () => {
    const run = nextRun()
    await world.call('POST', '/api/findings', 'intake', poor(run, 'one') as object)
    await world.call('POST', '/api/findings', 'intake', rich(run, 'one') as object)
    const { rows } = await whereTheyAre(run)
    const { body } = await world.call('GET', `/api/incidents/${rows[0]?.id}/timeline`, 'auditor')
    expect(JSON.stringify(body)).toContain(`Access key ${run.key} belongs to user ${run.user}`)
  })

  it('stays apart from what another user does', async () => {
    const [run, other] = [nextRun(), nextRun()]
    await world.call('POST', '/api/findings', 'intake', poor(run, 'one') as object)
    await world.call('POST', '/api/findings', 'intake', rich(other, 'two') as object)
    await convergeWaiting(world.db)
    const [own, theirs] = [await whereTheyAre(run), await whereTheyAre(other)]
    expect(own.rows[0]?.id).not.toBe(theirs.rows[0]?.id)
    expect(own.rows[0]?.correlation_key).toContain('/access-key/')
  })
})
