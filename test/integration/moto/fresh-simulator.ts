import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#embedded/ports'
import { createSimulator, type Simulator } from '#simulator/simulator'

/** A side of the comparison, as the Python program is told of it. */
export interface Place {
  readonly endpoint: string
  /** A POST here gives the side back as it was at its start. */
  readonly fresh: string
  readonly credentials: { readonly AccessKeyId: string; readonly SecretAccessKey: string }
}

export interface FreshSimulator {
  readonly place: Place
  readonly stop: () => Promise<void>
}

/** Simulated accounts that can be made new between two sequences, behind one address and with one administrator's keys. */
export async function startFreshSimulator(account: string): Promise<FreshSimulator> {
  const home = mkdtempSync(join(tmpdir(), 'cordon-differ-'))
  const keys = administratorOf(await seeded(join(home, 'seed')), account)
  const port = await freePort()
  let opened = 0
  let running: Simulator | undefined
  const renew = async (): Promise<void> => {
    await running?.close()
    opened += 1
    const dir = join(home, `world-${opened}`)
    rmSync(join(home, `world-${opened - 1}`), { recursive: true, force: true })
    cpSync(join(home, 'seed'), dir, { recursive: true })
    running = createSimulator({ dir })
    await running.listen(port)
  }
  await renew()
  const control = createServer((_request, response) => {
    void renew().then(
      () => response.end(),
      (failure: unknown) => response.writeHead(500).end(String(failure)),
    )
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  const fresh = `http://127.0.0.1:${(control.address() as AddressInfo).port}/`
  return {
    place: { endpoint: `http://127.0.0.1:${port}`, fresh, credentials: keys },
    async stop() {
      control.close()
      await running?.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Seeds a folder once, so that every world that is copied from it has the same keys. */
async function seeded(dir: string): Promise<Simulator> {
  const simulator = createSimulator({ dir })
  await simulator.listen(0)
  await simulator.close()
  return simulator
}

function administratorOf({ identities }: Simulator, account: string): Place['credentials'] {
  const found = identities.accounts.find(({ id }) => id === account)?.credentials
  if (!found) throw new Error(`There is no simulated account ${account}`)
  return { AccessKeyId: found.accessKeyId, SecretAccessKey: found.secretAccessKey }
}
