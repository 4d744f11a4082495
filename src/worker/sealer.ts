import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { publicKeyLine, signCheckpoint } from '#audit/checkpoint'
import { readSealerConfig } from '#config'
import { connect } from '#store/database'
import { sealUntil } from './sealing.ts'

const CONNECTIONS = 1

const log = pino({ name: 'sealer' })
const config = readSealerConfig()
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
const key = readFileSync(config.logKeyFile, 'utf8')
const origin = 'cordon/log'

const stopping = new AbortController()
const stop = (signal: NodeJS.Signals) => {
  log.info({ signal }, 'Stopping')
  stopping.abort()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

log.info({ key: publicKeyLine(origin, key) }, 'Checkpoints of the log verify with this key')
await sealUntil(stopping.signal, { db, log, sign: (checkpoint) => signCheckpoint({ origin, ...checkpoint }, key) })
await close()
