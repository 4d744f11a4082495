import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readApiConfig } from '#config'
import { logKindNames } from '#domain/logs/log-place'
import { openProcessLog } from '#monitoring/process-log'
import { connect } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { sayLogSources } from '#store/investigations/log-sources'
import { lookAtAccounts } from '#temporal/inspect-accounts'
import { inspectTemporal } from '#temporal/inspect-temporal'
import { createTemporal } from '#temporal/temporal'
import { buildApp } from './app.ts'
import { sweep } from './sweeper.ts'

const CONNECTIONS = 20

const log = openProcessLog('api')
const config = readApiConfig()
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
await sayLogSources(
  db,
  logKindNames.filter((kind) => config.logs?.tables[kind] !== undefined),
)
const temporal = await createTemporal(config.temporal)
const METRICS_SHARE = 50
const consoleDir = fileURLToPath(new URL('../console', import.meta.url))
const { simulator } = config

const app = await buildApp({
  db,
  workflows: temporal,
  inspector: {
    at: config.temporal,
    look: () => inspectTemporal(config.temporal),
    accounts: (asked) => lookAtAccounts(temporal, asked),
  },
  log,
  publicUrl: config.publicUrl,
  trustedProxies: config.trustedProxies,
  oidc: config.oidc,
  pushing: { secrets: config.push.secrets, sns: { topics: config.push.topics } },
  simulator:
    simulator === undefined
      ? null
      : { url: simulator.url, controlToken: readFileSync(simulator.controlTokenFile, 'utf8').trim() },
  metricsShare: METRICS_SHARE,
  consoleDir: existsSync(new URL('../console/index.html', import.meta.url)) ? consoleDir : null,
})

const stopping = new AbortController()
const sweeping = sweep({ db, workflows: temporal, log }, stopping.signal)

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'Stopping')
  stopping.abort()
  await app.close()
  await sweeping
  await temporal.close()
  await close()
}

process.once('SIGTERM', (signal) => void stop(signal))
process.once('SIGINT', (signal) => void stop(signal))

try {
  await app.listen({ host: config.host, port: config.port })
  log.info({ url: config.publicUrl }, 'The console and the API answer')
} catch (error) {
  log.fatal({ err: error, port: config.port }, 'The port cannot be used: set CORDON_PORT to a free one')
  process.exitCode = 1
  await stop('SIGTERM')
}
