import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { inject } from 'vitest'
import { readStartConfig } from '#config'
import { freePort } from '#embedded/ports'
import { temporalProgram } from '#embedded/temporal-program'
import { temporalLaunch } from '#embedded/temporal-server'
import { keepHistories } from '#temporal/keep-histories'
import { keepFor } from './servers.ts'

const NAMESPACE = 'cordon'

export interface RunningTemporal {
  readonly address: string
  readonly stop: () => Promise<void>
}

/** Temporal's program, found or built in the same order as for `npm start`: what is started after it does not wait for that. */
export function builtTemporal(): Promise<string> {
  const { temporal, cache, searchPath, environment } = readStartConfig()
  const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)
  return temporalProgram({
    program: temporal.program,
    searchPath,
    cache,
    environment: environment.all,
    say,
    signal: new AbortController().signal,
  })
}

/** A Temporal server for the run, or the one that TEMPORAL_ADDRESS names. */
export async function startTemporal(): Promise<RunningTemporal> {
  const { temporal } = readStartConfig()
  if (temporal.address !== undefined) return { address: temporal.address, stop: async () => undefined }
  const program = await builtTemporal()
  const folder = mkdtempSync(join(tmpdir(), 'cordon-test-temporal-'))
  const port = await freePort()
  const server = { program, port, namespace: NAMESPACE, database: join(folder, 'temporal.db') }
  const stop = keepFor('temporal', () => temporalLaunch(server), folder)
  const address = `127.0.0.1:${port}`
  await keepHistories({ address, namespace: NAMESPACE }, 1)
  return {
    address,
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A namespace that no other test sees. */
export async function freshNamespace(): Promise<string> {
  const namespace = `test-${randomBytes(6).toString('hex')}`
  const connection = await Connection.connect({ address: inject('temporalAddress') })
  const workflowExecutionRetentionPeriod = msToTs('1 day')
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod })
  await connection.close()
  return namespace
}
