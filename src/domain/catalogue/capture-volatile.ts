import type { Ec2Instance } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface CaptureVolatileState {
  readonly [field: string]: string | null
  /** Systems Manager’s word for the instance’s agent as the plan was made: `Online`, another one, or `absent`. */
  readonly agent: string
  /** Our commands on the instance from before the plan; they are another plan’s. */
  readonly earlier: string
  /** The id of the command that this plan sent, or null. */
  readonly command: string | null
}

/** The comment that makes a command ours. */
export const CAPTURE_COMMENT = 'cordon: volatile evidence'

const DOCUMENT = 'AWS-RunShellScript'

/** How long the capture may hold up the cut. */
export const CAPTURE_SECONDS = 90

/** Reads and changes nothing; what a disk does not keep comes first. Source: RFC 3227, order of volatility. */
export const CAPTURE_COMMANDS = [
  'date --utc --iso-8601=seconds; uptime',
  'ss --all --numeric --processes --extended',
  'ps -eo pid,ppid,user,lstart,args --sort=start_time',
  'for exe in /proc/[0-9]*/exe; do echo "$exe $(readlink "$exe")"; done',
  'who --all; last --fullnames | head --lines=50',
  'cat /proc/modules; ip address; ip route; ip neighbour',
] as const

const send = { operation: 'ssm:SendCommand', permissions: ['ssm:SendCommand'] } as const

export const captureVolatile = defineEntry<Ec2Instance, CaptureVolatileState>()({
  title: 'Have an instance say what its disks do not keep',
  target: 'ec2-instance',
  phase: 'contain',
  tier: 'R1',
  reversible: false,
  operations: [send],
  grants: {
    apply: [
      { permissions: send.permissions, resource: 'arn:{partition}:ec2:*:{account}:instance/*' },
      { permissions: send.permissions, resource: `arn:{partition}:ssm:*::document/${DOCUMENT}` },
    ],
    revert: [],
  },
  reads: [
    { operation: 'ec2:DescribeInstances', permissions: ['ec2:DescribeInstances'] },
    { operation: 'ssm:DescribeInstanceInformation', permissions: ['ssm:DescribeInstanceInformation'] },
    { operation: 'ssm:ListCommandInvocations', permissions: ['ssm:ListCommandInvocations'] },
  ],
  revertedWhen: [],
  sources: ['Systems Manager SendCommand', 'RFC 3227 §2.1', 'NIST SP 800-86 §5.2'],
  isBestEffort: true,
  describe: ({ instanceId }, { agent }, { captures }) => {
    if (!captures) return `Policy asks ${instanceId} for nothing before the cut`
    if (agent !== 'Online') return `The agent of ${instanceId} is ${agent}: it cannot be asked for anything`
    return `${instanceId} lists its processes, connections, users and modules through Systems Manager, for at most ${CAPTURE_SECONDS} s. What it says stays there for 30 days (aws ssm get-command-invocation): it may hold secrets, so Cordon does not read it.`
  },
  residual: (_instance, { agent }, { captures }) => [
    ...(captures && agent !== 'Online' ? [`Processes and connections are not captured: the agent is ${agent}`] : []),
    ...(captures && agent === 'Online' ? ['A compromised instance may lie about itself'] : []),
  ],
  calls: (_instance, before, { captures }) =>
    captures && before.agent === 'Online'
      ? [
          {
            ...send,
            resource: '{arn}',
            grants: [{ permissions: send.permissions, resource: `arn:{partition}:ssm:{region}::document/${DOCUMENT}` }],
            change: { field: 'command', before: before.command, after: '{command}' },
          },
        ]
      : [],
  undo: () => [],
})
