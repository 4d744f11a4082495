import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStateChange,
  Reservation,
  RunInstancesRequest,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { Instance } from '#simulator/state/tables'
import { reservationsOf, stateShape } from './instance-shapes.ts'
import { arnOf, chosen, endDryRun, type Filters, filtered, put } from './places.ts'
import { runInstances } from './run-instances.ts'

const PAGE_SIZE = 1000

const filters: Filters<Instance> = {
  'instance-id': ({ id }) => [id],
  'instance-state-name': ({ state }) => [state],
  'instance-type': ({ type }) => [type],
  'image-id': ({ image }) => [image],
  'vpc-id': ({ vpc }) => [vpc],
  'subnet-id': ({ subnet }) => [subnet],
  'availability-zone': ({ zone }) => [zone],
  'private-ip-address': ({ privateAddress }) => [privateAddress],
  'instance.group-id': ({ securityGroups }) => securityGroups,
  'iam-instance-profile.arn': ({ instanceProfile }) => [instanceProfile],
}

const byInstances = (input: { readonly InstanceIds?: readonly string[] | undefined }, call: Call): readonly string[] =>
  (input.InstanceIds ?? []).map((id) => arnOf(call, 'instance', id))

export const instances: Readonly<Record<string, AnyOperation>> = {
  DescribeInstances: reading<DescribeInstancesRequest, DescribeInstancesResult>({
    run(input, call) {
      endDryRun(input)
      const found = filtered(chosen(call, 'instance', input.InstanceIds), input.Filters, filters)
      const page = pageOf(reservationsOf(call, found), { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return { Reservations: [...page.items], NextToken: page.next }
    },
  }),
  RunInstances: writing<RunInstancesRequest, Reservation>({
    resources: (_input, call) => [arnOf(call, 'instance', '*')],
    touched: (_input, output) =>
      (output.Instances ?? []).map(({ InstanceId }) => ({ type: 'AWS::EC2::Instance', name: InstanceId ?? '' })),
    // What an instance is told to do at its start is not run.
    mayIgnore: ['UserData'],
    run: runInstances,
  }),
  TerminateInstances: writing<TerminateInstancesRequest, TerminateInstancesResult>({
    resources: byInstances,
    touched: (input) => (input.InstanceIds ?? []).map((name) => ({ type: 'AWS::EC2::Instance', name })),
    run(input, call) {
      const found = chosen(call, 'instance', input.InstanceIds)
      endDryRun(input)
      return { TerminatingInstances: found.map((instance) => terminate(call, instance)) }
    },
  }),
}

function terminate(call: Call, instance: Instance): InstanceStateChange {
  put(call, 'instance', { ...instance, state: 'terminated' })
  call.state.remove('volume', `${call.account}/${call.region}/${instance.volume}`)
  return { InstanceId: instance.id, CurrentState: stateShape('terminated'), PreviousState: stateShape(instance.state) }
}
