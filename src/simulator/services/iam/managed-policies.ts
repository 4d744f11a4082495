import type {
  GetPolicyRequest,
  GetPolicyResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
} from '@aws-sdk/client-iam'
import { managedPolicy, managedPolicyName } from '#simulator/access/managed-policies'
import { type AnyOperation, reading } from '#simulator/services/service'
import { encodeDocument, noSuchEntity } from './entities.ts'

/** Policies of AWS have one version here, and no other can be made. */
const VERSION = 'v1'

const policyResource = ({ PolicyArn: arn = '' }: { readonly PolicyArn?: string | undefined }): readonly string[] => [
  arn,
]

export const managedPolicies: Readonly<Record<string, AnyOperation>> = {
  GetPolicy: reading<GetPolicyRequest, GetPolicyResponse>({
    resources: policyResource,
    run({ PolicyArn: arn = '' }) {
      documentOf(arn)
      return { Policy: { Arn: arn, PolicyName: managedPolicyName(arn), DefaultVersionId: VERSION } }
    },
  }),
  GetPolicyVersion: reading<GetPolicyVersionRequest, GetPolicyVersionResponse>({
    resources: policyResource,
    run({ PolicyArn: arn = '', VersionId }) {
      const document = documentOf(arn)
      if (VersionId !== VERSION) throw noSuchEntity(`Policy ${arn} version ${VersionId} does not exist.`)
      return { PolicyVersion: { Document: encodeDocument(document), VersionId: VERSION, IsDefaultVersion: true } }
    },
  }),
}

function documentOf(arn: string): string {
  const document = managedPolicy(arn)
  if (document === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  return document
}
