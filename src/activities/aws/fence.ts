import { type AgentOptions, type ClientRequestArgs, Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { Duplex } from 'node:stream'

type Connected = (error: Error | null, stream: Duplex) => void

export interface Agents {
  readonly httpAgent: PlainAgent
  readonly httpsAgent: SecureAgent
}

const options: AgentOptions = { keepAlive: true }

interface Patience {
  readonly connectMs: number
  readonly answerMs: number
}

/** What every client of AWS has in common: where it may ask, and how long it waits. Without an endpoint it asks AWS’s own. */
export const requestsTo = (endpoint: string | undefined, { connectMs, answerMs }: Patience) => ({
  requestHandler: {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
    ...(endpoint === undefined ? {} : agentsFencedTo(endpoint)),
  },
  ...(endpoint === undefined ? {} : { endpoint }),
})

/** Agents that open no connection but to the endpoint’s host and port, whatever a client, a redirect or an environment says. */
export function agentsFencedTo(endpoint: string): Agents {
  const { hostname, port, protocol } = new URL(endpoint)
  const allowed = `${hostname}:${port === '' ? defaultPort[protocol] : port}`
  return { httpAgent: fence(new PlainAgent(options), allowed), httpsAgent: fence(new SecureAgent(options), allowed) }
}

const defaultPort: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

function fence<A extends PlainAgent>(agent: A, allowed: string): A {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (target: ClientRequestArgs, connected?: Connected) => {
    const wanted = `${target.host ?? target.hostname}:${target.port}`
    if (wanted === allowed) return connect(target, connected)
    // Node ignores the stream beside an error.
    connected?.(new Error(`${wanted} is not ${allowed}, the only host of this installation`), undefined as never)
    return undefined
  }
  return agent
}
