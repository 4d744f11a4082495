import { openChannels } from '#activities/channels/index'
import { createDelivering } from '#activities/deliver-pages'
import { createRecords } from '#activities/records'
import { readWorkerConfig } from '#config'
import { configuredChannels } from '#domain/channel-settings'
import { askedToEnd } from '#monitoring/asked-to-end'
import { createMonitor } from '#monitoring/metrics'
import { openProcessLog } from '#monitoring/process-log'
import { serveMonitor } from '#monitoring/serve-monitor'
import { connect, poolState } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { checkDatabase } from '#store/numbers/metrics'
import { createTemporal } from '#temporal/temporal'
import { connectWorker } from './connect-worker.ts'
import { logTemporal } from './log-temporal.ts'
import { createPolling } from './polling.ts'
import { serveBuilds } from './serve-builds.ts'
import { serveDeliveries } from './serve-deliveries.ts'
import { openTemporalMetrics } from './temporal-metrics.ts'

const CONNECTIONS = 12

const log = openProcessLog('worker')
const config = readWorkerConfig()
const counted = config.metrics && (await openTemporalMetrics())
logTemporal(log, counted?.address)
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
const temporal = await createTemporal(config.temporal)
const connection = await connectWorker(config.temporal)
const configured = configuredChannels(config.channels)
const records = createRecords({ db, wakeIncident: temporal.wakeIncident, log, configured })
const delivering = createDelivering({
  db,
  configured,
  channels: openChannels(config.channels),
  publicUrl: config.publicUrl,
})

const polling = createPolling()
const monitor = createMonitor({
  checks: { database: () => checkDatabase(db), temporal: () => temporal.check(), ...polling.checks },
  pool: () => poolState(db),
  others: counted === undefined ? [] : [counted.read],
})
const endMonitor = await serveMonitor(monitor, config.metrics)

const stopping = askedToEnd(log)

try {
  const { namespace } = config.temporal
  log.info({ channels: configured.map(({ name }) => name) }, 'Pages go to the console and these')
  // When one of them ends, the other has nothing left to do here: the supervisor starts the process again.
  const until = async (serving: Promise<void>): Promise<void> => serving.finally(() => stopping.abort())
  const both = [
    until(serveBuilds({ db, connection, namespace, builds: config.builds, records, log, polling }, stopping.signal)),
    until(serveDeliveries({ connection, namespace, delivering, polling }, stopping.signal)),
  ]
  // The connection is theirs until both have ended, also when one of them failed.
  await Promise.allSettled(both)
  await Promise.all(both)
} finally {
  await endMonitor()
  await connection.close()
  await temporal.close()
  await close()
}
