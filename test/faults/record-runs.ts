import { newHome, prepare } from '../e2e/installation.ts'
import { startWebhookReceiver } from '../support/webhook-receiver.ts'
import { playDrill } from './play-drill.ts'
import { keepRun, recordedDrills } from './recorded-run.ts'
import { takeRun } from './take-run.ts'

const SECRET = `whsec_${Buffer.from('a secret of this recording').toString('base64')}`

/** Two runs of each drill, so that each has a twin. */
const recordings = recordedDrills.flatMap((drill) => (['run', 'twin'] as const).map((which) => ({ drill, which })))

/** Plays every drill without faults on a home of its own, and keeps what it left: what the tests of the checkers plant violations in. */
export async function main(): Promise<number> {
  prepare()
  for (const { drill, which } of recordings) {
    const receiver = await startWebhookReceiver()
    const home = await newHome(undefined, { CORDON_WEBHOOK_URL: receiver.url, CORDON_WEBHOOK_SECRET: SECRET })
    try {
      await home.start()
      const client = await playDrill(home, drill)
      keepRun(drill, which, await takeRun(home, { client, received: receiver.received }))
    } finally {
      await home.stop()
      home.remove()
      await receiver.stop()
    }
  }
  return 0
}
