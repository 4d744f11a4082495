import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStateChange,
  Reservation,
  RunInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { Instance } from '#simulator/state/tables'
import { interfacesOf, terminateInstance } from './attached.ts'
import { reservationsOf, stateShape } from './instance-shapes.ts'
import { arnOf, chosen, ec2Fault, type Filters, filtered, put } from './places.ts'
import { runInstances } from './run-instances.ts'
import { creationConditions } from './tag-on-create.ts'

const PAGE_SIZE = 1000

const filtersOf = (call: Call): Filters<Instance> => ({
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'instance-type': ({ type }) => [type],
  'instance-lifecycle': ({ lifecycle }) => [lifecycle],
  'image-id': ({ image }) => [image],
  'vpc-id': ({ vpc }) => [vpc],
  'subnet-id': ({ subnet }) => [subnet],
  'availability-zone': ({ zone }) => [zone],
  'private-ip-address': ({ privateAddress }) => [privateAddress],
  'instance.group-id': ({ id }) => interfacesOf(call, id).flatMap(({ groups }) => groups),
  'network-interface.network-interface-id': ({ id }) => interfacesOf(call, id).map((one) => one.id),
  'iam-instance-profile.arn': ({ instanceProfile }) => [instanceProfile?.arn],
})

interface ByIds {
  readonly InstanceIds?: readonly string[] | undefined
}

const byInstances = (input: ByIds, call: Call): readonly string[] =>
  (input.InstanceIds ?? []).map((id) => arnOf(call, 'instance', id))

const touchedInstances = ({ InstanceIds = [] }: ByIds) =>
  InstanceIds.map((name) => ({ type: 'AWS::EC2::Instance', name }))

export const instances: Readonly<Record<string, AnyOperation>> = {
  DescribeInstances: reading<DescribeInstancesRequest, DescribeInstancesResult>({
    run(input, call) {
      const found = filtered(chosen(call, 'instance', input.InstanceIds), input.Filters, filtersOf(call))
      const page = pageOf(reservationsOf(call, found), { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { Reservations: [...page.items], NextToken: page.next }
    },
  }),
  RunInstances: writing<RunInstancesRequest, Reservation>({
    resources: (_input, call) => [arnOf(call, 'instance', '*')],
    conditions: creationConditions,
    touched: (_input, output) =>
      (output.Instances ?? []).map(({ InstanceId }) => ({ type: 'AWS::EC2::Instance', name: InstanceId ?? '' })),
    // What an instance is told to do at its start is not run.
    mayIgnore: ['UserData'],
    run: runInstances,
  }),
  TerminateInstances: writing<TerminateInstancesRequest, TerminateInstancesResult>({
    resources: byInstances,
    touched: touchedInstances,
    mayIgnore: ['Force', 'SkipOsShutdown'],
    run(input, call) {
      const found = chosen(call, 'instance', input.InstanceIds)
      refuseProtected(found, {
        protectedBy: 'terminationProtected',
        attribute: 'disableApiTermination',
        verb: 'terminated',
      })
      return { TerminatingInstances: found.map((instance) => terminate(call, instance)) }
    },
  }),
  StopInstances: writing<StopInstancesRequest, StopInstancesResult>({
    resources: byInstances,
    touched: touchedInstances,
    mayIgnore: ['Force', 'SkipOsShutdown'],
    run(input, call) {
      const found = chosen(call, 'instance', input.InstanceIds)
      refuseProtected(found, { protectedBy: 'stopProtected', attribute: 'disableApiStop', verb: 'stopped' })
      return { StoppingInstances: found.map((instance) => change(call, instance, { state: 'stopped' })) }
    },
  }),
  StartInstances: writing<StartInstancesRequest, StartInstancesResult>({
    resources: byInstances,
    touched: touchedInstances,
    run(input, call) {
      const found = chosen(call, 'instance', input.InstanceIds)
      return { StartingInstances: found.map((instance) => start(call, instance)) }
    },
  }),
}

interface Protection {
  readonly protectedBy: 'terminationProtected' | 'stopProtected'
  readonly attribute: string
  readonly verb: string
}

/** One protected instance refuses the whole call. */
function refuseProtected(found: readonly Instance[], { protectedBy, attribute, verb }: Protection): void {
  const held = found.find((instance) => instance[protectedBy] && instance.state !== 'terminated')
  if (held)
    throw ec2Fault(
      'OperationNotPermitted',
      `The instance '${held.id}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
    )
}

function terminate(call: Call, instance: Instance): InstanceStateChange {
  if (instance.state !== 'terminated') terminateInstance(call, instance)
  return changed(instance, 'terminated')
}

/** A stopped instance starts as launched anew. */
const start = (call: Call, instance: Instance): InstanceStateChange =>
  change(call, instance, { state: 'running', ...(instance.state === 'stopped' ? { launchedAt: call.at } : {}) })

function change(
  call: Call,
  instance: Instance,
  next: Pick<Instance, 'state'> & Partial<Pick<Instance, 'launchedAt'>>,
): InstanceStateChange {
  if (instance.state === 'terminated')
    throw ec2Fault(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a state from which it can be ${next.state}.`,
    )
  put(call, 'instance', { ...instance, ...next })
  return changed(instance, next.state)
}

const changed = (instance: Instance, state: Instance['state']): InstanceStateChange => ({
  InstanceId: instance.id,
  CurrentState: stateShape(state),
  PreviousState: stateShape(instance.state),
})
