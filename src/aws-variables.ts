import { isLoopback } from '#domain/oidc-settings'
import type { Source } from './environment.ts'
import { accountsIn, type StartAccount } from './variables.ts'

/** AWS as a process may reach it: fenced to one address, or AWS itself, which is only meant when it is said. */
export type AwsReach =
  | { readonly awsIs: 'fenced'; readonly awsEndpoint: string }
  | { readonly awsIs: 'real'; readonly awsEndpoint: undefined }

/** Which accounts a start serves. Demo people exist only for `simulated` and `loopback`. */
export type StartAws =
  | { readonly kind: 'simulated' }
  | {
      readonly kind: 'loopback'
      readonly endpoint: string
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
      /** Empty: the account that the endpoint says it is. */
      readonly accounts: readonly StartAccount[]
    }
  | { readonly kind: 'real'; readonly endpoint: string | undefined }

/** Throws nothing: what is missing is told with every other problem. */
export function readAwsReach(from: Source): AwsReach {
  const awsEndpoint = from.optionalUrl('AWS_ENDPOINT_URL')
  if (awsEndpoint !== undefined) return { awsIs: 'fenced', awsEndpoint }
  if (from.text('CORDON_AWS') !== 'real')
    from.wrong(
      'AWS_ENDPOINT_URL is missing: give the address of an AWS emulator, or say CORDON_AWS=real for AWS itself.',
    )
  return { awsIs: 'real', awsEndpoint: undefined }
}

/** The same for what a start serves. */
export function readStartAws(from: Source): StartAws {
  const endpoint = from.optionalUrl('AWS_ENDPOINT_URL')
  const said = from.text('CORDON_AWS')
  if (said !== undefined && said !== 'real')
    from.wrong(`CORDON_AWS is “${said}”: say “real” for AWS itself, or leave it out for simulated accounts.`)
  if (said === 'real') return { kind: 'real', endpoint }
  if (endpoint === undefined) return { kind: 'simulated' }
  if (!isLoopback(endpoint)) return { kind: 'real', endpoint }
  return {
    kind: 'loopback',
    endpoint,
    credentials: {
      accessKeyId: from.text('AWS_ACCESS_KEY_ID') ?? 'test',
      secretAccessKey: from.text('AWS_SECRET_ACCESS_KEY') ?? 'test',
    },
    accounts: accountsIn(from, 'CORDON_ACCOUNTS'),
  }
}
