import type { Diagnosis } from '#domain/doctor/check'
import { judgeClocks } from '#domain/doctor/clocks'
import { judgeDatabase } from '#domain/doctor/database'
import { judgeTemporal } from '#domain/doctor/temporal'
import { inspectDatabaseAt } from '#store/database/inspect-database'
import { inspectTemporal } from '#temporal/inspect-temporal'

/** Servers by their addresses, as far as they are known. */
export interface ServersAt {
  readonly databaseUrl: string | undefined
  readonly temporal: { readonly address: string; readonly namespace: string } | undefined
}

/** Looks at the servers themselves, while there is no api to ask. Changes nothing and throws nothing. */
export async function inspectServers({ databaseUrl, temporal }: ServersAt): Promise<Diagnosis> {
  const [database, server] = await Promise.all([
    databaseUrl === undefined ? unknown('database') : databaseAt(databaseUrl),
    temporal === undefined ? unknown('Temporal server') : temporalAt(temporal),
  ])
  return { checks: [...database.checks, ...server.checks], notes: [...database.notes, ...server.notes] }
}

const unknown = (what: string): Diagnosis => ({
  checks: [],
  notes: [`No ${what} could be looked at: an embedded one runs while Cordon does`],
})

async function databaseAt(databaseUrl: string): Promise<Diagnosis> {
  const { seen, clock } = await inspectDatabaseAt(databaseUrl)
  const clocks = judgeClocks(clock === null ? [] : [clock], 'this machine')
  return { checks: [...judgeDatabase(seen, shown(databaseUrl)), ...clocks], notes: [] }
}

async function temporalAt(place: NonNullable<ServersAt['temporal']>): Promise<Diagnosis> {
  return { checks: judgeTemporal(await inspectTemporal(place), place), notes: [] }
}

/** Without what opens it. */
function shown(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl)
  return `${host}${pathname}`
}
