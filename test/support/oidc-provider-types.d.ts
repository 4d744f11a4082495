/** The part of oidc-provider that tests use; it comes without types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Details {
    readonly prompt: { readonly name: string; readonly details: { readonly missingOIDCScope?: readonly string[] } }
    readonly params: { readonly client_id: string }
    readonly session?: { readonly accountId: string }
  }
  export default class Provider {
    constructor(issuer: string, configuration: object)
    readonly callback: () => (request: IncomingMessage, response: ServerResponse) => void
    readonly interactionDetails: (request: IncomingMessage, response: ServerResponse) => Promise<Details>
    readonly interactionFinished: (request: IncomingMessage, response: ServerResponse, result: object) => Promise<void>
    readonly Grant: new (of: {
      readonly accountId: string | undefined
      readonly clientId: string
    }) => {
      readonly addOIDCScope: (scope: string) => void
      readonly save: () => Promise<string>
    }
  }
}
