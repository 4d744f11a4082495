import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#embedded/ports'
import { until } from '../../support/until.ts'
import { type IntakeWorld, keptIn, openIntakeWorld } from './world.ts'

const entry = fileURLToPath(new URL('../../../dist/intake/main.js', import.meta.url))

let world: IntakeWorld
beforeAll(async () => {
  world = await openIntakeWorld()
})
afterAll(() => world.close())

it('the intake process polls with its own identity and role, is well, and ends when it is asked to', async () => {
  const { findingId } = await world.simulator.startDrill('stolen-access-key')
  const credentials = join(world.simulator.dir, 'intake-credentials.json')
  writeFileSync(credentials, JSON.stringify(world.simulator.identities.intake), { mode: 0o600 })
  const port = await freePort()
  const process = spawn('node', [entry], {
    env: {
      PATH: '/usr/bin:/bin:/usr/local/bin',
      DATABASE_URL: world.database.urlOf('intake'),
      AWS_ENDPOINT_URL: world.simulator.endpoint,
      CORDON_HUB_CREDENTIALS_FILE: credentials,
      CORDON_INTAKE_POLL_EVERY: '1m',
      CORDON_METRICS_PORT: String(port),
    },
    stdio: 'ignore',
  })
  const ended = once(process, 'exit')
  try {
    await until('the finding came', async () => (await keptIn(world.owner)).versions.find(({ id }) => id === findingId))
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  } finally {
    process.kill('SIGTERM')
  }
  expect(await ended).toEqual([0, null])
})
