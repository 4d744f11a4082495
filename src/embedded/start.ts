import { pino } from 'pino'
import { readStartConfig } from '#config'
import { startInstallation } from './installation.ts'

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)

const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort())

try {
  const config = readStartConfig()
  const installation = await startInstallation(config, {
    say,
    signal: ending.signal,
    openLog: (file) => pino(pino.destination({ dest: file, mkdir: true, append: true })),
  })
  if (!ending.signal.aborted)
    await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))
  say('Stopping …')
  await installation.stop()
  say('Stopped.')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
