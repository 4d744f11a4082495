import { readFileSync } from 'node:fs'
import { LOG_ORIGIN, publicKeyLine, signCheckpoint } from '#audit/checkpoint'
import { readSealerConfig } from '#config'
import { askedToEnd } from '#monitoring/asked-to-end'
import { createMonitor, gauge } from '#monitoring/metrics'
import { openProcessLog } from '#monitoring/process-log'
import { createPulse } from '#monitoring/pulse'
import { serveMonitor } from '#monitoring/serve-monitor'
import { connect, poolState } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { sealUntil } from './sealing.ts'

const CONNECTIONS = 1
/** A look takes milliseconds and is taken several times a second. */
const LONGEST_SILENCE_MS = 15_000

const log = openProcessLog('sealer')
const config = readSealerConfig()
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
const key = readFileSync(config.logKeyFile, 'utf8')

const pulse = createPulse('A look at the log', LONGEST_SILENCE_MS)
let size = 0
const monitor = createMonitor({
  checks: { sealing: pulse.check },
  pool: () => poolState(db),
  collect: async () => {
    lastSealing.set(pulse.last())
    logSize.set(size)
  },
})
const lastSealing = gauge(monitor.registry, 'cordon_last_sealing_timestamp_seconds')
const logSize = gauge(monitor.registry, 'cordon_log_size')
const endMonitor = await serveMonitor(monitor, config.metrics)

const stopping = askedToEnd(log)

log.info({ key: publicKeyLine(LOG_ORIGIN, key) }, 'Checkpoints of the log verify with this key')
await sealUntil(stopping.signal, {
  db,
  log,
  sign: (checkpoint) => signCheckpoint({ origin: LOG_ORIGIN, ...checkpoint }, key),
  looked: (sealed) => {
    size = sealed ?? size
    pulse.beat()
  },
})
await endMonitor()
await close()
