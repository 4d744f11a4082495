import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider from 'oidc-provider'
import { freePort } from '#embedded/ports'

export interface Account {
  readonly sub: string
  readonly name: string
  readonly email?: string
  readonly groups: readonly string[]
}

export interface IdentityProvider {
  readonly issuer: string
  /** Who sits in front of the browser, from now on. */
  readonly become: (account: Account) => void
  readonly stop: () => Promise<void>
}

export const CLIENT = { id: 'cordon', secret: 'secret-between-cordon-and-its-provider' } as const

/** A real provider of OpenID Connect on this machine, at which one account is signed in without being asked. */
export async function startIdentityProvider(
  redirectUri: string,
  claimsIn: 'id-token' | 'userinfo' = 'id-token',
): Promise<IdentityProvider> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  let account: Account = { sub: 'nobody', name: 'Nobody', groups: [] }
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: claimsIn === 'userinfo',
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of the test'] },
    pkce: { required: () => true },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ ...account, sub, email_verified: true }),
    }),
  })
  const answer = provider.callback()
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void agree(provider, account, { request, response })
    else answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    issuer,
    become: (next) => {
      account = next
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function agree(provider: Provider, account: Account, { request, response }: Exchange): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: account.sub } })
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: params.client_id })
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(' '))
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}
