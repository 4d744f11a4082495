import { readFileSync } from 'node:fs'
import { readGateConfig } from '#config'
import { readSecretly } from '#domain/json'
import { relyingPartyOf } from '#domain/relying-party'
import { checkSocket } from '#monitoring/check-socket'
import { createMonitor } from '#monitoring/metrics'
import { openProcessLog } from '#monitoring/process-log'
import { serveMonitor } from '#monitoring/serve-monitor'
import { connect, poolState } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { checkDatabase } from '#store/numbers/metrics'
import { createGate } from './gate.ts'
import { createMint, type Identity } from './mint.ts'
import { createGateServer } from './server.ts'

const CONNECTIONS = 4

const log = openProcessLog('gate')
const config = readGateConfig()
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
const mint = createMint({ endpoint: config.awsEndpoint, identity: identityIn(config.hubCredentialsFile) })
const passkeys = relyingPartyOf(config.publicUrl)
if (passkeys.kind === 'none') log.warn({ reason: passkeys.reason }, 'No vote can be proven by a passkey')
const gate = createGate({ db, mint, log, relyingParty: passkeys.kind === 'party' ? passkeys.party : null })
const server = createGateServer({
  gate,
  log,
  secret: readFileSync(config.gateSecretFile, 'utf8').trim(),
  access: config.gateSocketAccess,
})

function identityIn(file: string | undefined): Identity | undefined {
  if (file === undefined) return undefined
  // Written by whoever set this installation up: `{accessKeyId, secretAccessKey}`.
  return readSecretly(readFileSync(file, 'utf8'), file) as Identity
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'Stopping')
  await server.close()
  await endMonitor()
  await close()
}

const monitor = createMonitor({
  checks: { database: () => checkDatabase(db), socket: () => checkSocket(config.gateSocket) },
  pool: () => poolState(db),
})
const endMonitor = await serveMonitor(monitor, config.metrics)

process.once('SIGTERM', (signal) => void stop(signal))
process.once('SIGINT', (signal) => void stop(signal))

await server.listen(config.gateSocket)
log.info('The gate answers on its socket')
