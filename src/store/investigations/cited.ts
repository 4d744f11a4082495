import type { Database, Tx } from '#store/database/database'
import { refusal } from '#store/database/refusal'

/** Between a finding’s key and the path of a member in it. */
const MEMBER = '#'

/** Throws `unprocessable` with what the incident’s record does not have: ids of evidence, ids or keys of findings, or `<key>#<path>` of a member of one. */
export async function requireCited(tx: Tx, incident: string, cited: readonly string[]): Promise<void> {
  const [pieces, findings] = await Promise.all([evidenceIn(tx, incident), findingsIn(tx, incident)])
  const isThere = (one: string): boolean => pieces.has(one) || findings.some((finding) => isOf(finding, one))
  const missing = cited.find((one) => !isThere(one))
  if (missing !== undefined)
    throw refusal(
      'unprocessable',
      `The incident’s record has no ${missing}: cite an id of its evidence, of a finding, or <finding key>#<member>`,
    )
}

async function evidenceIn(tx: Database | Tx, incident: string): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom('evidence').select('id').where('incident', '=', incident).execute()
  return new Set(rows.map(({ id }) => id))
}

interface CitedFinding {
  readonly key: string
  readonly finding_id: string
  readonly body: unknown
}

const findingsIn = (tx: Tx, incident: string): Promise<readonly CitedFinding[]> =>
  tx.selectFrom('finding').select(['key', 'finding_id', 'body']).where('incident', '=', incident).execute()

function isOf({ key, finding_id, body }: CitedFinding, one: string): boolean {
  if (one === key || one === finding_id) return true
  if (!one.startsWith(`${key}${MEMBER}`)) return false
  return memberOf(body, one.slice(key.length + 1).split('.')) !== undefined
}

/** The member of a path, by own members only. */
const memberOf = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
    value,
  )
