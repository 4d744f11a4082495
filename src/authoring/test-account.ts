import type { ActionName, StateOf, TargetOf } from '#domain/catalogue/index'
import { EVERYTHING_IPV4, NOTHING } from '#domain/catalogue/isolate-instance'
import { volumeField } from '#domain/catalogue/protect-instance'
import { arnPrefix } from '#domain/declared'
import type { Observation } from '#domain/executor'
import type { Finding } from '#domain/finding'
import type { ProposedAction } from '#domain/proposal'
import { type DeclaredCall, fill, type State } from '#domain/state'
import { type Target, targetKey, targetName } from '#domain/targets'
import { answerOf, type TestRun } from './test-run.ts'
import type { Scripted } from './test-world.ts'

const keyOf = ({ action, target }: ProposedAction): string => `${action} ${targetKey(target)}`

/** What an observation sees: what an own step left, else what the script says, else a target that nobody has touched. */
export function observe(run: TestRun, wanted: ProposedAction): Observation {
  const { action, target } = wanted
  if (run.world.gone?.includes(action) === true)
    return { kind: 'gone', reason: `${targetName(target)} no longer exists` }
  // The compiler has matched script and target by the action’s name.
  const script = run.world.states?.[action] as Scripted<State, Target> | undefined
  const name = `state of ${keyOf(wanted)}`
  const state =
    run.states.get(keyOf(wanted)) ?? answerOf(run, { name, script, asked: target }) ?? untouchedState(run, wanted)
  return { kind: 'found', arn: arnOf(target), state, blastRadius: [] }
}

function untouchedState({ findings }: TestRun, { action, target }: ProposedAction): State {
  const of = untouched[action] as (target: Target, findings: readonly Finding[]) => State
  return of(target, findings)
}

const untouched: {
  readonly [Name in ActionName]: (target: TargetOf<Name>, findings: readonly Finding[]) => StateOf<Name>
} = {
  denyUser: () => ({ ourPolicy: null }),
  deactivateAccessKeys: ({ userId }, findings) =>
    Object.fromEntries(
      findings.flatMap(({ credential }) =>
        credential.kind === 'user-key' && credential.user.userId === userId
          ? [[credential.accessKeyId, 'Active'] as const]
          : [],
      ),
    ),
  revokeRoleSessions: () => ({ ourPolicy: null }),
  rotateAccessKey: ({ accessKeyId }) => ({ keys: accessKeyId, newKey: null, secret: null }),
  protectInstance: () => ({
    lifecycle: 'on-demand',
    disableApiTermination: false,
    disableApiStop: false,
    shutdownBehavior: 'stop',
    [volumeField(VOLUME)]: true,
  }),
  captureVolatile: () => ({ agent: 'Online', earlier: '', command: null }),
  suspendReplacement: ({ account, region }) => ({
    group: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:1:autoScalingGroupName/test-group`,
    protectedFromScaleIn: false,
    lifecycle: 'InService',
    minSize: 1,
    hasRoom: true,
  }),
  isolateInstance: () => ({
    interfaces: `${INTERFACE} ${VPC}`,
    managed: '',
    [`groups ${INTERFACE}`]: 'sg-test',
    [`isolation ${VPC}`]: null,
    [`in ${VPC}`]: NOTHING,
    [`out ${VPC}`]: EVERYTHING_IPV4,
    [`untracked ${VPC}`]: null,
    [`untracked-in ${VPC}`]: NOTHING,
    [`untracked-out ${VPC}`]: EVERYTHING_IPV4,
  }),
  denyInstanceSessions: () => ({ ourPolicy: null }),
  snapshotVolumes: () => ({ volumes: VOLUME, earlier: '', snapshots: null }),
  archiveFindings: () => ({ archived: [] }),
  suppressFindings: () => ({ filter: [] }),
  giveFindingFeedback: () => ({ feedback: [] }),
  noteInSecurityHub: () => ({ note: [], workflow: 'NEW' }),
}

const [VPC, INTERFACE, VOLUME] = ['vpc-test', 'eni-test', 'vol-test'] as const

const arnOf = (target: Target): string => `arn:aws:${arnPrefix(target)}/${targetName(target)}`

type Step = ProposedAction & { readonly before: State; readonly calls: readonly DeclaredCall[] }

/** Makes the calls of a step in memory; gives them with their values. */
export function makeCalls(run: TestRun, step: Step): readonly DeclaredCall[] {
  // What placeholders turn out to be.
  const values = {
    newKeyId: 'AKIANEW',
    issuedBefore: new Date(run.now + REVOKED_AFTER_MS).toISOString(),
    [`isolation-${VPC}`]: 'sg-isolation',
    [`untracked-${VPC}`]: 'sg-untracked',
    snapshots: 'snap-test',
    command: 'command-test',
  }
  const calls = step.calls.map((call) => ({
    ...call,
    change: { ...call.change, after: fill(call.change.after, values) },
  }))
  const written = Object.fromEntries(calls.map(({ change }) => [change.field, change.after]))
  run.states.set(keyOf(step), { ...step.before, ...written })
  return calls
}

/** As the permit fixes it. */
const REVOKED_AFTER_MS = 30_000
