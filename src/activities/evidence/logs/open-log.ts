import { type AthenaClient, GetWorkGroupCommand } from '@aws-sdk/client-athena'
import type { EvidenceDeps } from '#activities/evidence/activity-of'
import { refusedBy } from '#activities/evidence/part'
import { type LogKind, type LogPlace, type LogTable, logKinds } from '#domain/logs/log-place'
import type { LogSeen } from '#domain/logs/log-state'
import { missingOf } from '#domain/logs/workgroup'
import { isRefusal } from '#store/database/refusal'
import { accountPlace } from '#store/plans/planned-steps'

/** A log that can be asked, until its time is over. */
export interface OpenLog {
  readonly place: LogPlace
  readonly table: LogTable
  readonly athena: AthenaClient
  /** Milliseconds since 1970. */
  readonly until: number
  readonly signal: AbortSignal
}

export interface Opening {
  readonly kind: LogKind
  readonly incident: string
  readonly signal: AbortSignal
}

export type Opened =
  | { readonly kind: 'open'; readonly log: OpenLog }
  | { readonly kind: 'none'; readonly seen: LogSeen }

const MS_PER_SECOND = 1000

/** Opens a log of the organisation, or says why it cannot be asked. Throws only what may succeed later. */
export async function openLog(deps: EvidenceDeps, { kind, incident, signal }: Opening): Promise<Opened> {
  const source = logKinds[kind]
  const none = (state: LogSeen['state'], text: string): Opened => ({ kind: 'none', seen: { source, state, text } })
  const { logs: place } = deps
  const table = place?.tables[kind]
  if (place === undefined || table === undefined) return none('not set up', `CORDON_LOGS names no table ${kind}`)
  try {
    const athena = await clientAt(deps, place, incident)
    const missing = missingOf(await workgroupOf(athena, place))
    if (missing.length > 0) return none('not set up', `the workgroup ${place.workgroup}: ${missing.join('; ')}`)
    const until = Date.now() + place.seconds * MS_PER_SECOND
    return { kind: 'open', log: { place, table, athena, until, signal } }
  } catch (error) {
    signal.throwIfAborted()
    if (isRefusal(error)) return none('not set up', `where the logs are: ${error.message}`)
    const { state, text } = refusedBy(error)
    return none(state, text)
  }
}

async function clientAt({ db, aws }: EvidenceDeps, { account, region }: LogPlace, incident: string) {
  const { partition, externalId } = await accountPlace(db, account)
  const read = await aws.read({ account, region, incident, partition, externalId })
  return read.athena()
}

async function workgroupOf(athena: AthenaClient, { workgroup }: LogPlace) {
  const { WorkGroup: found } = await athena.send(new GetWorkGroupCommand({ WorkGroup: workgroup }))
  const settings = found?.Configuration
  return {
    isEnabled: found?.State === 'ENABLED',
    isEnforced: settings?.EnforceWorkGroupConfiguration === true,
    cutOff: settings?.BytesScannedCutoffPerQuery ?? null,
    isManaged: settings?.ManagedQueryResultsConfiguration?.Enabled === true,
  }
}
