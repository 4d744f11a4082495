import { readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { createGateClient } from '#activities/ask-gate'
import { createAws } from '#activities/aws/clients'
import { hubIdentity } from '#activities/aws/hub-identity'
import { createExecutorActivities } from '#activities/executor'
import { readExecutorConfig } from '#config'
import { EXECUTOR_QUEUE } from '#domain/ids'
import { checkSocket } from '#monitoring/check-socket'
import { createMonitor } from '#monitoring/metrics'
import { openProcessLog } from '#monitoring/process-log'
import { serveMonitor } from '#monitoring/serve-monitor'
import { connect, poolState } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { checkDatabase } from '#store/numbers/metrics'
import { connectWorker } from './connect-worker.ts'
import { logTemporal } from './log-temporal.ts'
import { createPolling } from './polling.ts'
import { openTemporalMetrics } from './temporal-metrics.ts'

const CONNECTIONS = 4
/** How long running steps get to end; then they are told to hand back what they do, which is resumed elsewhere. Less than the supervisor waits. */
const SHUTDOWN_GRACE = '5s'
const SHUTDOWN_FORCE = '8s'

const log = openProcessLog('executor')
const config = readExecutorConfig()
const counted = config.metrics && (await openTemporalMetrics())
logTemporal(log, counted?.address)
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
const aws = createAws({ endpoint: config.awsEndpoint, identity: hubIdentity(config.hubCredentialsFile) })
const gate = createGateClient({
  socket: config.gateSocket,
  secret: readFileSync(config.gateSecretFile, 'utf8').trim(),
})

const connection = await connectWorker(config.temporal)
// Never versioned: activities are a contract between all builds.
const worker = await Worker.create({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: EXECUTOR_QUEUE,
  activities: { ...createExecutorActivities({ db, aws, gate, log, logs: config.logs }) },
  shutdownGraceTime: SHUTDOWN_GRACE,
  shutdownForceTime: SHUTDOWN_FORCE,
})

const { follow, checks } = createPolling()
follow('steps', worker)
const monitor = createMonitor({
  checks: {
    database: () => checkDatabase(db),
    temporal: () => connection.workflowService.getSystemInfo({}),
    gate: () => checkSocket(config.gateSocket),
    polling: checks.polling,
  },
  pool: () => poolState(db),
  others: counted === undefined ? [] : [counted.read],
})
const endMonitor = await serveMonitor(monitor, config.metrics)

// The SDK ends its worker at these by itself.
let isAskedToEnd = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void (isAskedToEnd = true))

log.info({ queue: EXECUTOR_QUEUE }, 'The executor takes steps')
try {
  await worker.run()
} catch (error) {
  if (!isAskedToEnd) throw error
  log.warn({ err: error }, 'A step did not end in time: it is handed back, and whoever takes it reads its target first')
  // The call that was left behind would keep the process.
  process.exit()
} finally {
  await endMonitor()
  await connection.close()
  await close()
}
