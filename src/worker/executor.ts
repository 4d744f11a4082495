import { readFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { createGateClient } from '#activities/ask-gate'
import { createAws } from '#activities/aws/clients'
import { createExecutorActivities } from '#activities/executor'
import { readExecutorConfig } from '#config'
import { EXECUTOR_QUEUE } from '#domain/ids'
import { connect } from '#store/database'
import { connectWorker } from './connect-worker.ts'
import { logTemporal } from './log-temporal.ts'

const CONNECTIONS = 4
/** How long running steps get to reach a place from which they can go on. */
const SHUTDOWN_GRACE = '8s'
const SHUTDOWN_FORCE = '12s'

const config = readExecutorConfig()
const log = pino({ name: 'executor' })
logTemporal(log)
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
const aws = createAws({ endpoint: config.awsEndpoint, identity: identityIn(config.hubCredentialsFile) })
const gate = createGateClient({
  socket: config.gateSocket,
  secret: readFileSync(config.gateSecretFile, 'utf8').trim(),
})

/** Written by whoever set this installation up: `{accessKeyId, secretAccessKey}` of the read-only hub identity. */
function identityIn(file: string | undefined) {
  return file === undefined
    ? undefined
    : (JSON.parse(readFileSync(file, 'utf8')) as { readonly accessKeyId: string; readonly secretAccessKey: string })
}

const connection = await connectWorker(config.temporal)
// Never versioned: activities are a contract between all builds.
const worker = await Worker.create({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: EXECUTOR_QUEUE,
  activities: { ...createExecutorActivities({ db, aws, gate, log }) },
  shutdownGraceTime: SHUTDOWN_GRACE,
  shutdownForceTime: SHUTDOWN_FORCE,
})

log.info({ queue: EXECUTOR_QUEUE }, 'The executor takes steps')
try {
  await worker.run()
} finally {
  await connection.close()
  await close()
}
