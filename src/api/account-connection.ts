import { type Connection, judgeConnection } from '#domain/doctor/connection'
import { refusal } from '#store/database/refusal'
import { newestActiveBuild } from '#store/numbers/metrics'
import type { ApiDeps } from './deps.ts'

/** Has the executor look at the account. Throws `unavailable` when nobody could. */
export async function lookAtConnection(
  { db, inspector }: Pick<ApiDeps, 'db' | 'inspector'>,
  account: string,
): Promise<Connection> {
  const build = await newestActiveBuild(db)
  if (build === null) throw unseen('no build is active')
  const { seen } = await inspector.accounts({ build, accounts: [account] })
  switch (seen.kind) {
    case 'seen':
      return judgeConnection(account, seen)
    case 'failed':
      throw unseen(seen.reason)
    case 'untaken':
      throw unseen('no executor took the task')
    case 'unworked':
      throw unseen('no worker took the workflow')
  }
}

const unseen = (why: string) =>
  refusal('unavailable', `The account could not be looked at: ${why}. Ask cordon doctor, then cordon accounts check`)
