import { judgeAccounts } from '#domain/doctor/accounts'
import type { Diagnosis } from '#domain/doctor/check'
import { type ClockSeen, judgeClocks } from '#domain/doctor/clocks'
import { judgeDatabase } from '#domain/doctor/database'
import { type IntakeSeen, judgeIntake } from '#domain/doctor/intake'
import { judgeParts } from '#domain/doctor/parts'
import { judgeTemporal, judgeWork, noExecutor, noWorker } from '#domain/doctor/temporal'
import { accountIds } from '#store/accounts/accounts'
import { type DatabaseInspection, inspectDatabase } from '#store/database/inspect-database'
import { newestActiveBuild } from '#store/numbers/metrics'
import { readCoverage } from '#store/sources/coverage'
import { listSources } from '#store/sources/sources'
import type { AccountsLook } from '#temporal/inspect-accounts'
import type { ApiDeps } from './deps.ts'
import { checkSimulator } from './simulator.ts'

type Deps = Pick<ApiDeps, 'db' | 'inspector' | 'simulator'>

const nothing: Diagnosis = { checks: [], notes: [] }

/** Everything that the api can see. What cannot be looked at for want of something else is a note. */
export async function examine(deps: Deps): Promise<Diagnosis> {
  const { db, inspector } = deps
  const [database, temporal, simulator] = await Promise.all([inspectDatabase(db), inspector.look(), simulatorOf(deps)])
  const checks = [
    ...judgeDatabase(database.seen, 'the address of the api'),
    ...judgeTemporal(temporal, inspector.at),
    ...simulator.checks,
  ]
  if (database.seen.kind !== 'answers' || temporal.kind !== 'answers' || checks.some(isSchemaMissing))
    return { checks, notes: ['Builds and accounts could not be looked at: the record and Temporal come first'] }
  const active = await newestActiveBuild(db)
  const work = judgeWork(active, temporal.namespace)
  const isTaken = temporal.namespace.kind === 'there' && work.every(({ ok }) => ok)
  const far = isTaken && active !== null ? await farOff(deps, active) : { ...nothing, clocks: [], notes: [UNSEEN] }
  const clocks = judgeClocks([...clockOf(database), ...far.clocks], 'the api’s machine')
  const intake = judgeIntake(await intakeOf(db))
  return {
    checks: [...checks, ...replaced(work, far.checks), ...intake.checks, ...clocks],
    notes: [...far.notes, ...intake.notes],
  }
}

async function intakeOf(db: Deps['db']): Promise<IntakeSeen> {
  const sources = (await listSources(db)).filter(({ silentAfterMs }) => silentAfterMs !== null)
  return { sources, gaps: (await readCoverage(db)).gaps }
}

const UNSEEN = 'The accounts could not be looked at: build, worker and executor come first'

const isSchemaMissing = ({ name, ok }: Diagnosis['checks'][number]): boolean => name === 'schema' && !ok

const clockOf = ({ clock }: DatabaseInspection): readonly ClockSeen[] => (clock === null ? [] : [clock])

/** What was found by trying counts more than what the server remembers of pollers. */
function replaced(work: Diagnosis['checks'], tried: Diagnosis['checks']): Diagnosis['checks'] {
  return [...work.filter(({ name }) => !tried.some((one) => one.name === name)), ...tried]
}

async function simulatorOf({ simulator }: Deps): Promise<Diagnosis> {
  if (simulator === null) return nothing
  try {
    await checkSimulator(simulator)
    return { checks: judgeParts({ simulator: { ok: true } }), notes: [] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { checks: judgeParts({ simulator: { ok: false, reason } }), notes: [] }
  }
}

async function farOff(
  { db, inspector }: Deps,
  build: string,
): Promise<Diagnosis & { readonly clocks: readonly ClockSeen[] }> {
  const { seen, clock } = await inspector.accounts({ build, accounts: await accountIds(db) })
  const aws = seen.kind === 'seen' && seen.hub.kind === 'known' && seen.hub.clock !== null ? [seen.hub.clock] : []
  return { ...judgeLook(seen), clocks: [clock, ...aws] }
}

function judgeLook(seen: AccountsLook['seen']): Diagnosis {
  switch (seen.kind) {
    case 'seen':
      return judgeAccounts(seen)
    case 'unworked':
      return { checks: [noWorker('A worker polls, and took no workflow of the doctor’s')], notes: [UNSEEN] }
    case 'untaken':
      return { checks: [noExecutor('An executor polled lately, and took no task of the doctor’s')], notes: [UNSEEN] }
    case 'failed':
      return { checks: [noExecutor(`The executor could not look at the accounts: ${seen.reason}`)], notes: [UNSEEN] }
  }
}
