import { spawn } from 'node:child_process'
import { freePort } from '#embedded/ports'
import { prepareMoto } from './python.ts'
import { until } from './until.ts'

export interface RunningMoto {
  readonly endpoint: string
  readonly stop: () => void
}

/** Starts moto on a free port, as the given account; everything is allowed to everybody there. */
export async function startMoto(account: string): Promise<RunningMoto> {
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const moto = spawn(await prepareMoto(), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_ACCOUNT_ID: account },
  })
  await until('moto answers', async () => {
    const isUp = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    )
    return isUp ? true : undefined
  })
  return { endpoint, stop: () => moto.kill() }
}
