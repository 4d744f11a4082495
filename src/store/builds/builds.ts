import { sql } from 'kysely'
import { catalogueDigest } from '#audit/catalogue-digest'
import type { JsonObject } from '#domain/json'
import type { Database } from '#store/database/database'
import { record } from '#store/log/events'

/** Makes a build known, so that workers serve it; what is known of it already stays. */
export async function registerBuild(
  db: Database,
  { id, manifest }: { readonly id: string; readonly manifest: JsonObject },
): Promise<void> {
  await db
    .insertInto('build')
    .values({ id, catalogue_digest: catalogueDigest(), manifest: JSON.stringify(manifest) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Lets new episodes freeze the build. Again changes nothing while it is the active one. */
export const activateBuild = (db: Database, id: string): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const newest = await tx
      .selectFrom('build')
      .select('id')
      .where('activated_at', 'is not', null)
      .orderBy('activated_at', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst()
    if (newest?.id === id) return
    await tx.updateTable('build').set({ activated_at: sql<Date>`clock_timestamp()` }).where('id', '=', id).execute()
    await record(tx, {
      stream: 'system',
      type: 'build.activated',
      actor: { kind: 'cordon', id: 'activate-build' },
      text: `Build ${id.slice(0, 12)} is current: new episodes run on it`,
      refs: { build: id },
    })
  })

/** Builds that somebody may still need: the newest and the active one, those of open incidents and those of plans that are watched. */
export async function neededBuilds(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    (select id from build order by registered_at desc limit 1)
    union (select id from build where activated_at is not null order by activated_at desc limit 1)
    union (select build from incident where status <> 'closed')
    union (select incident.build from plan join incident on incident.id = plan.incident
            where plan.status = 'executing' or plan.closed_at > clock_timestamp() - interval '1 day')`.execute(db)
  return rows.map(({ id }) => id)
}
