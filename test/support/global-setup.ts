import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'
import { startTemporal } from './temporal.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The owner’s address of the one Postgres of the run; each file makes databases of its own in it. */
    databaseUrl: string
    /** Host and port of the one Temporal server of the run. */
    temporalAddress: string
    /** Where files keep for each other what is made once: `madeOnce`. */
    sharedFolder: string
  }
}

const stopping: (() => Promise<void>)[] = []

/** Starts the real servers once for all files of a project. Without one of them the run fails: nothing is skipped. */
export async function setup(project: TestProject): Promise<void> {
  const [postgres, temporal] = await Promise.all([startPostgres(), startTemporal()])
  const sharedFolder = mkdtempSync(join(tmpdir(), 'cordon-test-shared-'))
  stopping.push(temporal.stop, postgres.stop, async () => rmSync(sharedFolder, { recursive: true }))
  project.provide('databaseUrl', postgres.url)
  project.provide('temporalAddress', temporal.address)
  project.provide('sharedFolder', sharedFolder)
}

export async function teardown(): Promise<void> {
  for (const stop of stopping.splice(0)) await stop()
}
