import type {
  AssociateIamInstanceProfileRequest,
  AssociateIamInstanceProfileResult,
  DescribeIamInstanceProfileAssociationsRequest,
  DescribeIamInstanceProfileAssociationsResult,
  DisassociateIamInstanceProfileRequest,
  DisassociateIamInstanceProfileResult,
  IamInstanceProfileAssociation,
  IamInstanceProfileSpecification,
  ReplaceIamInstanceProfileAssociationRequest,
  ReplaceIamInstanceProfileAssociationResult,
} from '@aws-sdk/client-ec2'
import { roleArn } from '#simulator/identifiers'
import { pageOf } from '#simulator/services/pages'
import { type AnyOperation, type Call, reading, writing } from '#simulator/services/service'
import type { Instance } from '#simulator/state/tables'
import { profileShape } from './instance-shapes.ts'
import { newAssociation } from './launch.ts'
import { all, arnOf, ec2Fault, type Filters, filtered, put, requireItem } from './places.ts'
import { profileArnOf } from './run-instances.ts'

const PAGE_SIZE = 1000

const filters: Filters<Instance> = {
  'instance-id': ({ id }) => [id],
  state: () => ['associated'],
}

interface ById {
  readonly AssociationId?: string | undefined
}

const byAssociation = (input: ById, call: Call): readonly string[] => [
  arnOf(call, 'instance', withProfile(call).find(hasAssociation(input.AssociationId))?.id ?? '*'),
]

export const profileAssociations: Readonly<Record<string, AnyOperation>> = {
  DescribeIamInstanceProfileAssociations: reading<
    DescribeIamInstanceProfileAssociationsRequest,
    DescribeIamInstanceProfileAssociationsResult
  >({
    run(input, call) {
      const { AssociationIds: ids = [] } = input
      const named = withProfile(call).filter(
        ({ instanceProfile }) => ids.length === 0 || ids.includes(instanceProfile?.id ?? ''),
      )
      const found = filtered(named, input.Filters, filters)
      const page = pageOf(found, { marker: input.NextToken, size: input.MaxResults ?? PAGE_SIZE })
      return {
        IamInstanceProfileAssociations: page.items.map((one) => associationShape(call, one, 'associated')),
        NextToken: page.next,
      }
    },
  }),
  AssociateIamInstanceProfile: writing<AssociateIamInstanceProfileRequest, AssociateIamInstanceProfileResult>({
    resources: (input, call) => [arnOf(call, 'instance', input.InstanceId ?? '*')],
    run(input, call) {
      const instance = requireItem(call, 'instance', input.InstanceId ?? '')
      if (instance.instanceProfile)
        throw ec2Fault('IncorrectState', `There is an existing association for instance ${instance.id}`)
      return { IamInstanceProfileAssociation: associate(call, instance, input.IamInstanceProfile) }
    },
  }),
  ReplaceIamInstanceProfileAssociation: writing<
    ReplaceIamInstanceProfileAssociationRequest,
    ReplaceIamInstanceProfileAssociationResult
  >({
    resources: byAssociation,
    run(input, call) {
      const instance = requireAssociated(call, input.AssociationId)
      return { IamInstanceProfileAssociation: associate(call, instance, input.IamInstanceProfile) }
    },
  }),
  DisassociateIamInstanceProfile: writing<DisassociateIamInstanceProfileRequest, DisassociateIamInstanceProfileResult>({
    resources: byAssociation,
    run(input, call) {
      const instance = requireAssociated(call, input.AssociationId)
      const { instanceProfile: _former, ...left } = instance
      put(call, 'instance', left)
      return { IamInstanceProfileAssociation: associationShape(call, instance, 'disassociating') }
    },
  }),
}

const withProfile = (call: Call): readonly Instance[] =>
  all(call, 'instance').filter(({ instanceProfile, state }) => instanceProfile !== undefined && state !== 'terminated')

const hasAssociation =
  (id: string | undefined) =>
  ({ instanceProfile }: Instance): boolean =>
    instanceProfile !== undefined && instanceProfile.id === id

function requireAssociated(call: Call, id: string | undefined): Instance {
  const found = withProfile(call).find(hasAssociation(id))
  if (!found) throw ec2Fault('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`)
  return found
}

/** Gives an instance a profile, which passes the profile's role on: the caller needs `iam:PassRole` for it. */
function associate(
  call: Call,
  instance: Instance,
  wanted: IamInstanceProfileSpecification | undefined,
): IamInstanceProfileAssociation {
  const arn = profileArnOf(call, wanted)
  if (arn === undefined) throw ec2Fault('MissingParameter', 'The request must contain the parameter IamInstanceProfile')
  const profile = call.state.get('instanceProfile', `${call.account}/${arn.split('/').at(-1)}`)
  const role = call.state.get('role', `${call.account}/${profile?.role}`)
  if (role) call.check('iam:PassRole', roleArn(role))
  const changed = { ...instance, instanceProfile: newAssociation(arn, call.at) }
  put(call, 'instance', changed)
  return associationShape(call, changed, 'associating')
}

const associationShape = (
  call: Call,
  instance: Instance,
  state: NonNullable<IamInstanceProfileAssociation['State']>,
): IamInstanceProfileAssociation => ({
  AssociationId: instance.instanceProfile?.id,
  InstanceId: instance.id,
  IamInstanceProfile: profileShape(call, instance),
  State: state,
  Timestamp: instance.instanceProfile && new Date(instance.instanceProfile.since),
})
