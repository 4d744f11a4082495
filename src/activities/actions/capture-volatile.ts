import {
  type CommandInvocation,
  DescribeInstanceInformationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm'
import { tagsOf } from '#activities/aws/identity'
import { arnOfInstance, requireInstance } from '#activities/aws/instance'
import { isNotOffered } from '#activities/aws/not-offered'
import type { ReadSession } from '#activities/aws/sessions'
import { failure } from '#activities/aws/translate-error'
import {
  CAPTURE_COMMANDS,
  CAPTURE_COMMENT,
  CAPTURE_SECONDS,
  type CaptureVolatileState,
} from '#domain/catalogue/capture-volatile'
import type { Values } from '#domain/state'
import type { Ec2Instance } from '#domain/targets'
import { compare, type Doing, type Work } from './doing.ts'
import { lookFor, settle } from './eventual-consistency.ts'

type Capture = Work<Ec2Instance, CaptureVolatileState>

const ABSENT = 'absent'
/** The shortest that Systems Manager waits for an agent. Source: SendCommand, TimeoutSeconds. */
const DELIVERY_SECONDS = 30
const LOOK_EVERY_MS = 500
const MS_PER_SECOND = 1000

export const captureVolatile: Doing<'captureVolatile'> = {
  async observe(read, instance, before) {
    const live = await requireInstance(read, instance)
    const agent = before?.agent ?? (await agentOf(read, instance))
    const sent = agent === ABSENT ? [] : (await commandsOn(read, instance)).map(idOf)
    const earlier = before?.earlier ?? sent.toSorted().join(',')
    return {
      arn: arnOfInstance(read, instance),
      state: { agent, earlier, command: sent.find((id) => !earlier.split(',').includes(id)) ?? null },
      tags: tagsOf(live),
      blastRadius: async () => [],
    }
  },

  async apply(work): Promise<Values> {
    const [call] = work.calls
    if (call === undefined) return {}
    const earlier = work.attempt > 1 ? await sentBefore(work) : null
    if (earlier !== null) return { command: earlier }
    const { write, target, made } = work
    const output = await write.ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [target.instanceId],
        Comment: CAPTURE_COMMENT,
        TimeoutSeconds: DELIVERY_SECONDS,
        Parameters: { commands: [...CAPTURE_COMMANDS], executionTimeout: [String(CAPTURE_SECONDS)] },
      }),
    )
    const command = output.Command?.CommandId
    if (command === undefined) throw failure('unavailable', 'Systems Manager answered without a command')
    made({ ...call, change: { ...call.change, after: command } }, output)
    await untilItHasSaidIt(work, command)
    return { command }
  },

  verify: (reading) => compare(captureVolatile, reading),

  revert: 'cannot be undone',
}

const idOf = ({ CommandId = '' }: CommandInvocation): string => CommandId

async function agentOf({ ssm }: ReadSession, { instanceId }: Ec2Instance): Promise<string> {
  const Filters = [{ Key: 'InstanceIds', Values: [instanceId] }]
  const asked = ssm.send(new DescribeInstanceInformationCommand({ Filters }))
  const { InstanceInformationList: [found] = [] } = await asked.catch(unlessItIsNotOffered)
  return found?.PingStatus ?? ABSENT
}

function unlessItIsNotOffered(error: unknown): { readonly InstanceInformationList?: undefined } {
  if (isNotOffered(error)) return {}
  throw error
}

/** Our commands on the instance, the newest page of them. */
async function commandsOn({ ssm }: ReadSession, { instanceId }: Ec2Instance): Promise<readonly CommandInvocation[]> {
  const asked = ssm.send(new ListCommandInvocationsCommand({ InstanceId: instanceId }))
  return ((await asked).CommandInvocations ?? []).filter(({ Comment }) => Comment === CAPTURE_COMMENT)
}

/** What an earlier attempt sent and could not tell: Systems Manager takes no token that would keep it from sending it twice. */
async function sentBefore({ read, target, before, signal }: Capture): Promise<string | null> {
  await settle(signal)
  return (await captureVolatile.observe(read, target, before)).state.command
}

const GOING_ON: ReadonlySet<string | undefined> = new Set([undefined, 'Pending', 'InProgress', 'Delayed', 'Cancelling'])

/** Evidence that is slow does not hold up the cut any longer than people approved; however it ends, the cut comes. */
async function untilItHasSaidIt({ read, target, signal }: Capture, command: string): Promise<void> {
  await lookFor({ everyMs: LOOK_EVERY_MS, forMs: CAPTURE_SECONDS * MS_PER_SECOND, signal }, async () =>
    (await commandsOn(read, target)).find((one) => idOf(one) === command && !GOING_ON.has(one.Status)),
  )
}
