import { setTimeout as pause } from 'node:timers/promises'
import { REGIONS } from '#simulator/seed/organization'
import { find } from '#simulator/services/ec2/places'
import { draftOver } from '#simulator/state/store'
import { type AttackCall, type AttackerPlace, attempt } from './attacker.ts'
import type { Drill, DrillRun } from './drills.ts'
import { type Asked, instanceFinding } from './instance-finding.ts'
import { isIsolated, type MinedInstance, placeOfInstances, takeOverInstance } from './mined-instance.ts'
import { reportFinding } from './reported-finding.ts'

/** Where the instance's own calls come from: the address of the network's way out. */
const NETWORK_ADDRESS = '203.0.113.80'
const MINER_AGENT = 'Boto3/1.34.0 md/Botocore#1.34.0 lang/python#3.9'
const AGAIN_AFTER_MS = 2000
const KEEPS_TRYING_MS = 60_000

const MINING: Asked = {
  type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  domain: 'pool.example.net',
  belongsTo: 'Bitcoin-related activity',
  threat: 'Bitcoin mining pool',
}
const CONTROLLED: Asked = {
  type: 'Backdoor:EC2/C&CActivity.B!DNS',
  domain: 'update.example.org',
  belongsTo: 'a known Command & Control server',
  threat: 'Command and control',
}

/** What the role of a web server is tried for; it may list buckets and nothing else of this. */
const CALLS: readonly AttackCall[] = [
  { service: 's3', action: 'ListBuckets' },
  { service: 'iam', action: 'ListRoles' },
  { service: 'ec2', action: 'DescribeInstances', region: REGIONS[0] },
]

/** A web server of the Auto Scaling group mines coins, and whoever runs the miner tries what the server's role may do. */
export const miningInstance: Drill = {
  title: 'An EC2 instance of an Auto Scaling group mines coins and uses its role',
  defaultAccount: '111122223333',
  async run(run) {
    const mined = await takeOverInstance(run.world, run.account)
    const place = { ...run, sourceAddress: NETWORK_ADDRESS, userAgent: MINER_AGENT }
    const firstSeen = run.world.clock()
    await attempt(place, mined.secret, { service: 'sts', action: 'GetCallerIdentity' })
    for (const call of CALLS) await attempt(place, mined.secret, call)
    const report = (asked: Asked): Promise<string> => reportOn(run, { mined, asked, firstSeen })
    const findingId = await report(MINING)
    return {
      findingId,
      moreFindingIds: [await report(CONTROLLED)],
      account: run.account,
      instanceId: mined.instance.id,
      accessKeyId: mined.secret.accessKeyId,
      background: keepTrying(run, place, mined),
    }
  },
}

const reportOn = (
  { world, account }: DrillRun,
  { mined, asked, firstSeen }: { readonly mined: MinedInstance; readonly asked: Asked; readonly firstSeen: number },
): Promise<string> =>
  reportFinding(world, account, ({ at }) => {
    const { draft } = draftOver(world.store.now())
    return instanceFinding(placeOfInstances(draft, account, at), { instance: mined.instance, asked, firstSeen })
  })

/** Tries on as long as the instance runs and anything gets out of it. */
async function keepTrying(run: DrillRun, place: AttackerPlace, mined: MinedInstance): Promise<void> {
  const tries = KEEPS_TRYING_MS / AGAIN_AFTER_MS
  for (let count = 0; count < tries; count += 1) {
    const stopped = await pause(AGAIN_AFTER_MS, false, { signal: run.signal, ref: false }).catch(() => true)
    if (stopped || !canCall(run, mined.instance.id)) return
    // An attacker does not mind a failed try; what came of each is in the trail.
    await Promise.allSettled(CALLS.map((call) => attempt(place, mined.secret, call)))
  }
}

function canCall({ world, account }: DrillRun, id: string): boolean {
  const place = placeOfInstances(draftOver(world.store.now()).draft, account, world.clock())
  return find(place, 'instance', id)?.state === 'running' && !isIsolated(place, id)
}
