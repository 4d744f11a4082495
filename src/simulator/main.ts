import { readFileSync } from 'node:fs'
import { readSimulatorConfig } from '#config'
import { openProcessLog } from '#monitoring/process-log'
import { createSimulator } from './simulator.ts'

const log = openProcessLog('simulator')
const config = readSimulatorConfig()
const simulator = createSimulator({
  dir: config.dir,
  controlToken: readFileSync(config.controlTokenFile, 'utf8').trim(),
  intake: { url: config.intakeUrl, tokenFile: config.intakeTokenFile },
  report: (failure) => log.error({ err: failure }, 'A request failed in the simulator itself'),
})

async function stop(signal: NodeJS.Signals): Promise<void> {
  await simulator.close()
  log.info({ signal }, 'Simulated accounts stopped')
}

process.once('SIGTERM', (signal) => void stop(signal))
process.once('SIGINT', (signal) => void stop(signal))

const port = await simulator.listen(config.port)
log.info({ port }, 'Simulated accounts answer')
