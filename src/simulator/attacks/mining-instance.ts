import { setTimeout as pause } from 'node:timers/promises'
import type { SigningSecret } from '#simulator/wire/signature'
import { type AttackCall, type AttackerPlace, attempt } from './attacker.ts'
import type { Drill } from './drills.ts'
import { reportOfDomain, type SeenDomain } from './mined-domain.ts'
import { reportFinding } from './reported-finding.ts'
import { prepareServer } from './server.ts'

const ATTACKER_AGENT = 'aws-cli/2.15.0 Python/3.11.6 Linux/6.1'
const AGAIN_AFTER_MS = 2000
const KEEPS_TRYING_MS = 60_000

/** Somebody mines on a web server, and tries what its role may do. */
export const miningInstance: Drill = {
  title: 'A web server in an Auto Scaling group mines for somebody else and asks its controller what to do',
  defaultAccount: '111122223333',
  async run(run) {
    const { session, ...server } = await prepareServer(run.world, run.account)
    const firstSeen = run.world.clock()
    // From the instance itself: GuardDuty’s own sources are what tells.
    const place = { ...run, sourceAddress: server.instance.privateAddress, userAgent: ATTACKER_AGENT }
    const secret = { accessKeyId: session.id, secretAccessKey: session.secret, sessionToken: session.token }
    for (const call of lookAround) await attempt(place, secret, call)
    const findingIds: string[] = []
    for (const domain of domains)
      findingIds.push(await reportFinding(run.world, reportOfDomain(domain, { ...server, firstSeen })))
    const { id, tags } = server.instance
    return {
      findingIds,
      account: run.account,
      victim: { name: tags['Name'] ?? id, id },
      background: keepTrying(place, secret, run.signal),
    }
  },
}

const domains: readonly SeenDomain[] = [
  {
    type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
    title: 'Bitcoin-related domain name queried by EC2 instance.',
    domain: 'pool.minexmr.example',
    list: 'Cryptocurrency',
  },
  {
    type: 'Backdoor:EC2/C&CActivity.B!DNS',
    title: 'Command and Control server domain name queried by EC2 instance.',
    domain: 'orders.controller.example',
    list: 'CommandAndControl',
  },
]

const whoAmI: AttackCall = { service: 'sts', action: 'GetCallerIdentity' }
/** The role may read the shop’s assets and nothing else: what it is refused shows in the trail too, and the containment in what it was not. */
const lookAround: readonly AttackCall[] = [
  whoAmI,
  { service: 's3', action: 'ListBuckets' },
  { service: 'iam', action: 'ListUsers' },
]

/** Tries on, so that the trail shows what the containment stops. Creates nothing. */
async function keepTrying(place: AttackerPlace, secret: SigningSecret, signal: AbortSignal): Promise<void> {
  for (let count = 0; count < KEEPS_TRYING_MS / AGAIN_AFTER_MS; count += 1) {
    const stopped = await pause(AGAIN_AFTER_MS, false, { signal, ref: false }).catch(() => true)
    if (stopped) return
    await Promise.allSettled(lookAround.map((call) => attempt(place, secret, call)))
  }
}
