import { NativeConnection } from '@temporalio/worker'
import { pino } from 'pino'
import { openChannels } from '#activities/channels/index'
import { createDelivering } from '#activities/deliver-pages'
import { createRecords } from '#activities/records'
import { readWorkerConfig } from '#config'
import { configuredChannels } from '#domain/channel-settings'
import { connect } from '#store/database'
import { createTemporal } from '#temporal/temporal'
import { logTemporal } from './log-temporal.ts'
import { serveBuilds } from './serve-builds.ts'
import { serveDeliveries } from './serve-deliveries.ts'

const CONNECTIONS = 12

const config = readWorkerConfig()
const log = pino({ name: 'worker' })
logTemporal(log)
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
const temporal = await createTemporal(config.temporal)
const connection = await NativeConnection.connect({ address: config.temporal.address })
const configured = configuredChannels(config.channels)
const records = createRecords({ db, wakeIncident: temporal.wakeIncident, log, configured })
const delivering = createDelivering({
  db,
  configured,
  channels: openChannels(config.channels),
  publicUrl: config.publicUrl,
})

const stopping = new AbortController()
const stop = (signal: NodeJS.Signals) => {
  log.info({ signal }, 'Stopping')
  stopping.abort()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

try {
  const { namespace } = config.temporal
  log.info({ channels: configured.map(({ name }) => name) }, 'Pages go to the console and these')
  // When one of them ends, the other has nothing left to do here: the supervisor starts the process again.
  const until = async (serving: Promise<void>): Promise<void> => serving.finally(() => stopping.abort())
  const both = [
    until(serveBuilds({ db, connection, namespace, builds: config.builds, records, log }, stopping.signal)),
    until(serveDeliveries({ connection, namespace, delivering }, stopping.signal)),
  ]
  // The connection is theirs until both have ended, also when one of them failed.
  await Promise.allSettled(both)
  await Promise.all(both)
} finally {
  await connection.close()
  await temporal.close()
  await close()
}
