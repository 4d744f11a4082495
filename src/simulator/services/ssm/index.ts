import { randomUUID } from 'node:crypto'
import type {
  CommandInvocation,
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  InstanceInformation,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  SendCommandRequest,
  SendCommandResult,
} from '@aws-sdk/client-ssm'
import { fault } from '#simulator/services/absent'
import { all, arnOf, find, placeOf } from '#simulator/services/ec2/places'
import { letsThrough } from '#simulator/services/ec2/security-rules'
import { rulesOf } from '#simulator/services/elastic-load-balancing/targets'
import { pageOf } from '#simulator/services/pages'
import { type Call, reading, type Service, writing } from '#simulator/services/service'
import type { Instance, SentCommand } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { outputOf } from './listings.ts'

const PAGE_SIZE = 50
const HTTPS = 443
const RUN_MS = 1000
const DOCUMENT = 'AWS-RunShellScript'
const PLUGIN = 'aws:runShellScript'

export const ssm: Service = {
  signingName: 'ssm',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'ssm.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-ssm'),
  operations: {
    DescribeInstanceInformation: reading<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>({
      run(input, call) {
        const wanted = wantedIds(input)
        const found = managed(call).filter(({ id }) => wanted === undefined || wanted.includes(id))
        const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
        return { InstanceInformationList: page.items.map((one) => informationOf(call, one)), NextToken: page.next }
      },
    }),
    SendCommand: writing<SendCommandRequest, SendCommandResult>({
      resources: ({ DocumentName: name = '', InstanceIds: ids = [] }, call) => [
        `arn:aws:ssm:${call.region}:${name.startsWith('AWS-') ? '' : call.account}:document/${name}`,
        ...ids.map((id) => arnOf(call, 'instance', id)),
      ],
      mayIgnore: ['TimeoutSeconds', 'MaxConcurrency', 'MaxErrors', 'DocumentVersion'],
      run: sendCommand,
    }),
    GetCommandInvocation: reading<GetCommandInvocationRequest, GetCommandInvocationResult>({
      mayIgnore: ['PluginName'],
      run(input, call) {
        const { CommandId: id = '', InstanceId: instance = '' } = input
        const command = call.state.get('command', placeOf(call) + id)
        if (!command?.instances.includes(instance))
          throw fault(
            'InvocationDoesNotExist',
            'The command ID and managed node ID you specified did not match any invocations.',
          )
        return invocationDetail(call, command, instance)
      },
    }),
    ListCommandInvocations: reading<ListCommandInvocationsRequest, ListCommandInvocationsResult>({
      mayIgnore: ['Details'],
      run(input, call) {
        const { CommandId: wanted, InstanceId: instance } = input
        const commands = call.state
          .list('command', placeOf(call))
          .filter(({ id }) => wanted === undefined || id === wanted)
        const found = commands
          .flatMap((command) => command.instances.map((id) => invocationOf(call, command, id)))
          .filter(({ InstanceId }) => instance === undefined || InstanceId === instance)
        const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
        return { CommandInvocations: [...page.items], NextToken: page.next }
      },
    }),
  },
}

/** Instances whose agent can register: they run, and have a role to do so. */
const managed = (call: Call): readonly Instance[] =>
  all(call, 'instance').filter(({ state, instanceProfile }) => state === 'running' && instanceProfile !== undefined)

/** The agent speaks to Systems Manager by HTTPS; without a way out it is lost. */
const reaches = (call: Call, id: string): boolean =>
  rulesOf(call, id, 'egress').some((rule) => letsThrough(rule, HTTPS))

function wantedIds({ Filters = [], InstanceInformationFilterList = [] }: DescribeInstanceInformationRequest) {
  const filters = [
    ...Filters.map(({ Key, Values }) => ({ key: Key, values: Values ?? [] })),
    ...InstanceInformationFilterList.map(({ key, valueSet }) => ({ key, values: valueSet ?? [] })),
  ]
  const other = filters.find(({ key }) => key !== 'InstanceIds')
  if (other) throw notImplemented(`the Systems Manager filter ${other.key}`)
  return filters.length > 0 ? filters.flatMap(({ values }) => values) : undefined
}

const informationOf = (call: Call, instance: Instance): InstanceInformation => ({
  InstanceId: instance.id,
  PingStatus: reaches(call, instance.id) ? 'Online' : 'ConnectionLost',
  LastPingDateTime: new Date(call.at),
  AgentVersion: '3.3.1611.0',
  IsLatestVersion: true,
  PlatformType: 'Linux',
  PlatformName: 'Amazon Linux',
  PlatformVersion: '2023',
  ResourceType: 'EC2Instance',
  IPAddress: instance.privateAddress,
  ComputerName: `ip-${instance.privateAddress.replaceAll('.', '-')}.${call.region}.compute.internal`,
})

function sendCommand(input: SendCommandRequest, call: Call): SendCommandResult {
  const { DocumentName: document = '', InstanceIds: instances = [], Comment: comment = '', Parameters } = input
  if (document !== DOCUMENT) throw notImplemented(`the Systems Manager document ${document}`)
  const unmanaged = instances.find((id) => !managed(call).some((one) => one.id === id))
  if (unmanaged !== undefined || instances.length === 0)
    throw fault('InvalidInstanceId', 'Instances not in a valid state for account')
  const command: SentCommand = {
    id: randomUUID(),
    document,
    comment,
    lines: Parameters?.['commands'] ?? [],
    instances,
    unreachable: instances.filter((id) => !reaches(call, id)),
    sentAt: call.at,
  }
  call.state.put('command', placeOf(call) + command.id, command)
  return {
    Command: {
      CommandId: command.id,
      DocumentName: document,
      Comment: comment,
      InstanceIds: [...instances],
      RequestedDateTime: new Date(call.at),
      Status: 'Pending',
      StatusDetails: 'Pending',
      TargetCount: instances.length,
    },
  }
}

/** Status and its detail: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
function statusOf(call: Call, command: SentCommand, instance: string) {
  if (call.at < command.sentAt + RUN_MS) return { Status: 'InProgress', StatusDetails: 'InProgress' } as const
  return command.unreachable.includes(instance)
    ? ({ Status: 'Failed', StatusDetails: 'Undeliverable' } as const)
    : ({ Status: 'Success', StatusDetails: 'Success' } as const)
}

const invocationOf = (call: Call, command: SentCommand, instance: string): CommandInvocation => ({
  CommandId: command.id,
  InstanceId: instance,
  Comment: command.comment,
  DocumentName: command.document,
  RequestedDateTime: new Date(command.sentAt),
  ...statusOf(call, command, instance),
  CommandPlugins: [],
})

function invocationDetail(call: Call, command: SentCommand, instance: string): GetCommandInvocationResult {
  const status = statusOf(call, command, instance)
  const ran = status.Status === 'Success'
  return {
    CommandId: command.id,
    InstanceId: instance,
    Comment: command.comment,
    DocumentName: command.document,
    PluginName: PLUGIN,
    ResponseCode: ran ? 0 : -1,
    ExecutionStartDateTime: new Date(command.sentAt).toISOString(),
    ...status,
    StandardOutputContent: ran ? outputOf(command.lines, find(call, 'instance', instance) ?? {}) : '',
    StandardErrorContent: '',
  }
}
