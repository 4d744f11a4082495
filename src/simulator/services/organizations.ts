import type {
  Account as AccountShape,
  DescribeAccountRequest,
  DescribeAccountResponse,
  DescribeOrganizationResponse,
  ListAccountsRequest,
  ListAccountsResponse,
} from '@aws-sdk/client-organizations'
import { HUB } from '#simulator/seed/organization'
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
  },
}

function requireManagement(call: Call): void {
  if (call.account !== HUB) throw fault('AccessDeniedException', "You don't have permissions to access this resource.")
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
