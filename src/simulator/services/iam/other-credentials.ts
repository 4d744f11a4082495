import type {
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
} from '@aws-sdk/client-iam'
import { type AnyOperation, type Call, reading } from '#simulator/services/service'
import { iamPage, requireUser, touchedUser, userResource } from './entities.ts'

interface OfUser {
  readonly UserName?: string | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** Kinds of credentials that cannot be made here, so that every user has none of them. */
export const otherCredentials: Readonly<Record<string, AnyOperation>> = {
  ListMFADevices: noneOf<ListMFADevicesRequest, ListMFADevicesResponse>((page) => ({ MFADevices: [], ...page })),
  ListSSHPublicKeys: noneOf<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>((page) => ({
    SSHPublicKeys: [],
    ...page,
  })),
  ListSigningCertificates: noneOf<ListSigningCertificatesRequest, ListSigningCertificatesResponse>((page) => ({
    Certificates: [],
    ...page,
  })),
  ListServiceSpecificCredentials: noneOf<ListServiceSpecificCredentialsRequest, ListServiceSpecificCredentialsResponse>(
    (page) => ({ ServiceSpecificCredentials: [], ...page }),
  ),
}

function noneOf<Input extends OfUser, Output>(
  answer: (page: { readonly IsTruncated: boolean; readonly Marker: string | undefined }) => Output,
): AnyOperation {
  return reading<Input, Output>({
    resources: userResource,
    touched: touchedUser,
    run(input: Input, call: Call) {
      requireUser(call, input.UserName)
      const { items: _none, ...page } = iamPage([], input)
      return answer(page)
    },
  })
}
