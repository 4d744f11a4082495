import type {
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
} from '@aws-sdk/client-iam'
import { type AnyOperation, type Call, reading } from '#simulator/services/service'
import { noSuchEntity } from './entities.ts'

interface OfGroup {
  readonly GroupName?: string | undefined
}

const groupResource = ({ GroupName: name = '' }: OfGroup, { account }: Call): readonly string[] => [
  `arn:aws:iam::${account}:group/${name}`,
]

/** Groups cannot be made here, so that none of any name is there. */
export const groups: Readonly<Record<string, AnyOperation>> = {
  GetGroupPolicy: absent<GetGroupPolicyRequest, GetGroupPolicyResponse>(),
  ListAttachedGroupPolicies: absent<ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse>(),
  ListGroupPolicies: absent<ListGroupPoliciesRequest, ListGroupPoliciesResponse>(),
}

function absent<Input extends OfGroup, Output>(): AnyOperation {
  return reading<Input, Output>({
    resources: groupResource,
    run: ({ GroupName }) => {
      throw noSuchEntity(`The group with name ${GroupName} cannot be found.`)
    },
  })
}
