import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { EC2Client } from '@aws-sdk/client-ec2'
import { GuardDuty } from '@aws-sdk/client-guardduty'
import { IAMClient } from '@aws-sdk/client-iam'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SecurityHub } from '@aws-sdk/client-securityhub'
import { SSMClient } from '@aws-sdk/client-ssm'
import { pino } from 'pino'
import { expect } from 'vitest'
import { doingOf } from '#activities/actions/erased'
import { performStep, type StepDeps } from '#activities/actions/perform-step'
import { verifyPlan } from '#activities/actions/verify-plan'
import { createGateClient } from '#activities/ask-gate'
import { createAws } from '#activities/aws/clients'
import type { ActionName } from '#domain/catalogue/index'
import type { StepOutcome } from '#domain/plan'
import type { DeclaredCall, State } from '#domain/state'
import type { Target } from '#domain/targets'
import { createGate } from '#gate/gate'
import { createMint } from '#gate/mint'
import { createGateServer } from '#gate/server'
import type { SimulatorOptions } from '#simulator/simulator'
import { connect } from '#store/database/database'
import { closeStep, openPlan } from '#store/plans/carrying-out'
import { closePlan } from '#store/plans/plan-ending'
import { accountPlace } from '#store/plans/planned-steps'
import { demoPolicy } from '../../support/demo-policy.ts'
import { type RunningSimulator, startSimulator } from '../../support/simulator.ts'
import { ACCOUNT, type GateWorld, openGateWorld, REGION, type StoredPlan } from '../gate/world.ts'
import { type Death, openLifeline } from './lifeline.ts'

export { ACCOUNT, REGION } from '../gate/world.ts'

/** A write of Cordon’s, as the simulator saw it. */
export interface Write {
  readonly operation: string
  readonly sourceIdentity: string | undefined
}

export interface ActionWorld {
  readonly gate: GateWorld
  readonly simulator: RunningSimulator
  readonly deps: StepDeps
  /** Where the gate listens. */
  readonly socket: string
  /** Clients of the account’s administrator. */
  readonly iam: IAMClient
  readonly secrets: SecretsManagerClient
  readonly ec2: EC2Client
  readonly autoScaling: AutoScalingClient
  readonly ssm: SSMClient
  readonly guardDuty: GuardDuty
  readonly securityHub: SecurityHub
  readonly observe: (action: ActionName, target: Target) => Promise<{ readonly arn: string; readonly state: State }>
  /** An approved plan of one step, made of what is observed now. */
  readonly plan: (action: ActionName, target: Target, undoing?: Undone) => Promise<StoredPlan>
  /** One try at the step, recorded as its workflow would; throws what may succeed later. */
  readonly perform: (plan: StoredPlan) => Promise<StepOutcome>
  /** Tries until it does not throw, at most so often. */
  readonly persist: (plan: StoredPlan) => Promise<StepOutcome>
  /** One try at the step by an executor that dies; how many messages with an effect it had sent. Without a death it must end. */
  readonly performDying: (plan: StoredPlan, death: Death | null) => Promise<number>
  /** Ends the plan as done. */
  readonly finish: (plan: StoredPlan) => Promise<void>
  readonly discrepancies: (plan: StoredPlan) => Promise<readonly string[]>
  readonly writes: () => Promise<readonly Write[]>
  /** Everything that was logged. */
  readonly logged: () => string
  readonly close: () => Promise<void>
}

export interface Undone {
  readonly plan: StoredPlan
  readonly calls: readonly DeclaredCall[]
}

const TRIES = 12
/** Every action of the catalogue may be asked for. */
const policy = `${demoPolicy}\nwriteBack: { archive: approve, suppress: approve, feedback: approve, note: approve }\n`

/** The executor’s own functions before a real gate, a database and simulated accounts. */
export async function openActionWorld(simulated: Pick<SimulatorOptions, 'clock'> = {}): Promise<ActionWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-actions-'))
  const [gate, simulator] = await Promise.all([openGateWorld(policy), startSimulator(simulated)])
  await gate.know(simulator.identities.accounts)
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  const executor = connect(gate.urlOf('executor'), 4)
  const worker = connect(gate.urlOf('worker'), 4)
  const secret = randomBytes(16).toString('hex')
  const mint = createMint({ endpoint: simulator.endpoint, identity: simulator.identities.gate })
  const server = createGateServer({ gate: createGate({ db: gate.db, mint, log }), secret, log })
  const socket = join(folder, 'gate.sock')
  await server.listen(socket)
  const depsAt = (place: { readonly endpoint: string; readonly socket: string }): StepDeps => ({
    db: executor.db,
    aws: createAws({ endpoint: place.endpoint, identity: simulator.identities.executor }),
    gate: createGateClient({ socket: place.socket, secret }),
    log,
  })
  const ends = { endpoint: simulator.endpoint, socket }
  const deps = depsAt(ends)
  const { aws } = deps

  const observe: ActionWorld['observe'] = async (action, target) => {
    const { account } = target
    const { partition, externalId } = await accountPlace(executor.db, account)
    const read = await aws.read({ account, region: REGION, incident: gate.incident, partition, externalId })
    return doingOf(action).observe(read, target)
  }
  const perform: ActionWorld['perform'] = async ({ hash }) => {
    await openPlan(worker.db, hash)
    const outcome = await performStep(deps, { plan: hash, step: 0 }, new AbortController().signal)
    await closeStep(worker.db, { plan: hash, step: 0, outcome })
    return outcome
  }
  return {
    gate,
    simulator,
    deps,
    socket,
    iam: new IAMClient(simulator.client(ACCOUNT, 'us-east-1')),
    secrets: new SecretsManagerClient(simulator.client(ACCOUNT, REGION)),
    ec2: new EC2Client(simulator.client(ACCOUNT, REGION)),
    autoScaling: new AutoScalingClient(simulator.client(ACCOUNT, REGION)),
    ssm: new SSMClient(simulator.client(ACCOUNT, REGION)),
    guardDuty: new GuardDuty(simulator.client(ACCOUNT, REGION)),
    securityHub: new SecurityHub(simulator.client(ACCOUNT, REGION)),
    observe,
    async plan(action, target, undoing) {
      const { arn, state } = await observe(action, target)
      const wish = { action, target, arn, before: state, ...(undoing === undefined ? {} : { undoing: undoing.calls }) }
      const changed =
        undoing === undefined
          ? {}
          : ({ purpose: 'undo', undoes: { plan: undoing.plan.hash, release: 'false-positive' } } as const)
      return gate.approve([wish], changed)
    },
    perform,
    async performDying({ hash }, death) {
      await openPlan(worker.db, hash)
      const lifeline = await openLifeline({ ...ends, folder }, death)
      const trying = performStep(depsAt(lifeline), { plan: hash, step: 0 }, lifeline.signal)
      if (death === null) await trying
      else await expect(trying).rejects.toThrow()
      await lifeline.close()
      return lifeline.messages()
    },
    async persist(plan) {
      for (let tries = 1; ; tries++) {
        try {
          return await perform(plan)
        } catch (error) {
          if (tries >= TRIES) throw error
        }
      }
    },
    async finish({ hash }) {
      await closePlan(worker.db, { plan: hash, status: 'done', reason: null })
    },
    discrepancies: async ({ hash }) => (await verifyPlan(deps, hash)).flatMap((one) => one.discrepancies),
    async writes() {
      const calls = await simulator.calls({ access: 'write' })
      return calls
        .filter(({ userAgent, operation }) => userAgent.includes(gate.incident) && !operation.startsWith('sts:'))
        .map(({ operation, sourceIdentity }) => ({ operation, sourceIdentity }))
    },
    logged: () => lines.join(''),
    async close() {
      await server.close()
      await executor.close()
      await worker.close()
      await gate.close()
      await simulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
