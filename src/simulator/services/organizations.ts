import type {
  Account as AccountShape,
  DescribeAccountRequest,
  DescribeAccountResponse,
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
  DescribeOrganizationResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  ListDelegatedAdministratorsRequest,
  ListDelegatedAdministratorsResponse,
  ListParentsRequest,
  ListParentsResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
} from '@aws-sdk/client-organizations'
import { accountPlans, HUB, ROOT, units } from '#simulator/seed/organization'
import type { Account } from '#simulator/state/tables'
import { fault } from './absent.ts'
import { pageOf } from './pages.ts'
import { type Call, reading, type Service } from './service.ts'

const ORGANIZATION = 'o-simulated00'
const PAGE_SIZE = 20

export const organizations: Service = {
  signingName: 'organizations',
  protocol: 'awsJson1_1',
  xmlNamespace: '',
  eventSource: 'organizations.amazonaws.com',
  scope: 'global',
  load: () => import('@aws-sdk/client-organizations'),
  operations: {
    DescribeOrganization: reading<object, DescribeOrganizationResponse>({
      run: (_input, call) => ({
        Organization: {
          Id: ORGANIZATION,
          Arn: `arn:aws:organizations::${HUB}:organization/${ORGANIZATION}`,
          FeatureSet: 'ALL',
          MasterAccountId: HUB,
          MasterAccountArn: accountArn(HUB),
          MasterAccountEmail: call.state.get('account', HUB)?.email,
        },
      }),
    }),
    ListAccounts: reading<ListAccountsRequest, ListAccountsResponse>({
      run(input, call) {
        requireManagement(call)
        const page = pageOf(call.state.list('account', ''), {
          marker: input.NextToken,
          size: input.MaxResults ?? PAGE_SIZE,
        })
        return { Accounts: page.items.map(accountShape), NextToken: page.next }
      },
    }),
    DescribeAccount: reading<DescribeAccountRequest, DescribeAccountResponse>({
      resources: (input) => [accountArn(input.AccountId ?? '')],
      run(input, call) {
        requireManagement(call)
        const account = call.state.get('account', input.AccountId ?? '')
        if (!account) throw fault('AccountNotFoundException', "You specified an account that doesn't exist.")
        return { Account: accountShape(account) }
      },
    }),
    ListParents: reading<ListParentsRequest, ListParentsResponse>({
      run(input, call) {
        requireManagement(call)
        const account = call.state.get('account', input.ChildId ?? '')
        if (account) return { Parents: [{ Id: units[account.environment].id, Type: 'ORGANIZATIONAL_UNIT' }] }
        requireUnit(input.ChildId)
        return { Parents: [{ Id: ROOT, Type: 'ROOT' }] }
      },
    }),
    DescribeOrganizationalUnit: reading<DescribeOrganizationalUnitRequest, DescribeOrganizationalUnitResponse>({
      run(input, call) {
        requireManagement(call)
        const { id, name } = requireUnit(input.OrganizationalUnitId)
        return { OrganizationalUnit: { Id: id, Name: name } }
      },
    }),
    ListTagsForResource: reading<ListTagsForResourceRequest, ListTagsForResourceResponse>({
      run(input, call) {
        requireManagement(call)
        const plan = accountPlans.find(({ id }) => id === input.ResourceId)
        if (!plan) throw fault('TargetNotFoundException', "You specified a target that doesn't exist.")
        return { Tags: [{ Key: 'Team', Value: plan.workload }] }
      },
    }),
    ListDelegatedAdministrators: reading<ListDelegatedAdministratorsRequest, ListDelegatedAdministratorsResponse>({
      run(input, call) {
        requireManagement(call)
        const isDetector = input.ServicePrincipal === 'guardduty.amazonaws.com'
        return { DelegatedAdministrators: isDetector ? [{ Id: HUB, Arn: accountArn(HUB) }] : [] }
      },
    }),
  },
}

function requireManagement(call: Call): void {
  if (call.account !== HUB) throw fault('AccessDeniedException', "You don't have permissions to access this resource.")
}

function requireUnit(id: string | undefined): (typeof units)[keyof typeof units] {
  const unit = Object.values(units).find((one) => one.id === id)
  if (!unit) throw fault('ChildNotFoundException', "We can't find an organizational unit or AWS account with that ID.")
  return unit
}

const accountArn = (id: string): string => `arn:aws:organizations::${HUB}:account/${ORGANIZATION}/${id}`

const accountShape = ({ id, name, email, joinedAt }: Account): AccountShape => ({
  Id: id,
  Arn: accountArn(id),
  Name: name,
  Email: email,
  Status: 'ACTIVE',
  State: 'ACTIVE',
  JoinedMethod: id === HUB ? 'INVITED' : 'CREATED',
  JoinedTimestamp: new Date(joinedAt),
})
