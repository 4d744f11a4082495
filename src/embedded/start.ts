import { readStartConfig } from '#config'
import { openLogFile } from '#monitoring/process-log'
import { startInstallation } from './installation.ts'

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)

const ending = new AbortController()
// Always heard: npm hands on the Ctrl-C that the terminal has sent us already, and a second one must not keep us from ending our children.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endOnce)

function endOnce(): void {
  if (ending.signal.aborted) return
  say('Stopping …')
  ending.abort()
}

async function run(): Promise<number> {
  try {
    const installation = await startInstallation(readStartConfig(), {
      say,
      signal: ending.signal,
      openLog: (file) => openLogFile('supervisor', file),
    })
    if (!ending.signal.aborted)
      await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))
    await installation.stop()
  } catch (error) {
    if (error !== ending.signal.reason) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
      return 1
    }
  }
  say('Stopped.')
  return 0
}

// An abandoned start may still wait for something.
process.exit(await run())
