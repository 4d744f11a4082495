import { NativeConnection } from '@temporalio/worker'
import { pino } from 'pino'
import { createRecords } from '#activities/records'
import { readWorkerConfig } from '#config'
import { connect } from '#store/database'
import { createTemporal } from '#temporal/temporal'
import { logTemporal } from './log-temporal.ts'
import { serveBuilds } from './serve-builds.ts'

const CONNECTIONS = 12

const config = readWorkerConfig()
const log = pino({ name: 'worker' })
logTemporal(log)
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
const temporal = await createTemporal(config.temporal)
const connection = await NativeConnection.connect({ address: config.temporal.address })
const records = createRecords({ db, wakeIncident: temporal.wakeIncident, log })

const stopping = new AbortController()
const stop = (signal: NodeJS.Signals) => {
  log.info({ signal }, 'Stopping')
  stopping.abort()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

try {
  const { namespace } = config.temporal
  await serveBuilds({ db, connection, namespace, builds: config.builds, records, log }, stopping.signal)
} finally {
  await connection.close()
  await temporal.close()
  await close()
}
