import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
  GetSessionTokenRequest,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts'
import { fault, present } from '#simulator/services/absent'
import { opening, reading, type Service } from '#simulator/services/service'
import { assumeRole, parseRoleArn } from './assume-role.ts'
import { getSessionToken } from './sessions.ts'

export const sts: Service = {
  signingName: 'sts',
  protocol: 'awsQuery',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  eventSource: 'sts.amazonaws.com',
  // The event is where the call was signed for; clients of the global endpoint sign for us-east-1.
  scope: 'regional',
  load: () => import('@aws-sdk/client-sts'),
  operations: {
    /** Answers every signed caller, also one that everything is denied to. */
    GetCallerIdentity: reading<GetCallerIdentityRequest, GetCallerIdentityResponse>({
      decidedBy: 'open',
      run: (_input, { caller }) => ({ Account: caller.account, Arn: caller.arn, UserId: caller.userId }),
    }),
    AssumeRole: opening<AssumeRoleRequest, AssumeRoleResponse>({
      decidedBy: 'itself',
      touched: (input, output) => [
        { type: 'AWS::IAM::Role', name: input.RoleArn ?? '' },
        { type: 'AWS::STS::AssumedRole', name: output.AssumedRoleUser?.Arn ?? '' },
        { type: 'AWS::IAM::AccessKey', name: output.Credentials?.AccessKeyId ?? '' },
      ],
      alsoRecordedIn: (input) => parseRoleArn(input.RoleArn ?? '')?.account ?? [],
      run: assumeRole,
    }),
    GetSessionToken: opening<GetSessionTokenRequest, GetSessionTokenResponse>({
      decidedBy: 'itself',
      touched: (_input, output) => [{ type: 'AWS::IAM::AccessKey', name: output.Credentials?.AccessKeyId ?? '' }],
      run: getSessionToken,
    }),
    GetAccessKeyInfo: reading<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
      run(input, call) {
        const id = input.AccessKeyId ?? ''
        const account = call.state.get('accessKey', id)?.account ?? call.state.get('session', id)?.account
        return { Account: present(account, () => fault('ValidationError', `The access key ${id} is not known.`)) }
      },
    }),
  },
}
