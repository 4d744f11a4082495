import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { ACCOUNT, keyFinding } from './victims.ts'

export interface Sent {
  readonly perSecond: number
  /** Milliseconds from request to answer, for each call. */
  readonly latencies: readonly number[]
}

export interface Sending {
  readonly url: string
  readonly token: string
  readonly connections: number
}

const MILLISECONDS = 1000

/** Sends bodies over so many connections, each as soon as the one before it is answered. Throws at an answer other than 202. */
export async function send({ url, token, connections }: Sending, bodies: readonly string[]): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let next = 0
  const began = performance.now()
  const sendSome = async (): Promise<void> => {
    while (next < bodies.length) {
      const body = bodies[next++] ?? ''
      const sentAt = performance.now()
      const status = await post({ url, token, agent, body })
      if (status !== 202) throw new Error(`A call was answered ${status}`)
      latencies.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: connections }, sendSome))
  const seconds = (performance.now() - began) / MILLISECONDS
  agent.destroy()
  return { perSecond: bodies.length / seconds, latencies }
}

interface Post {
  readonly url: string
  readonly token: string
  readonly agent: Agent
  readonly body: string
}

const post = ({ url, token, agent, body }: Post): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request(`${url}/api/findings`, { method: 'POST', agent, headers }, (reply) => {
      reply.resume()
      reply.once('end', () => resolve(reply.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(body)
  })

/** Findings about so many users, in turn; nobody knows the users, so that nothing is contained. */
export function findingsAbout(users: number, count: number): readonly object[] {
  const tag = randomBytes(4).toString('hex')
  return Array.from({ length: count }, (_, at) => {
    const name = `flood-${tag}-${at % users}`
    const unique = `${tag}${at % users}`.toUpperCase().padEnd(16, 'X')
    return keyFinding({ account: ACCOUNT, name, userId: `AIDA${unique}`, keyId: `AKIA${unique}` })
  })
}

/** The same about settings: their verdict is posture, which pages nobody. */
export function settingsFindings(count: number): readonly object[] {
  const tag = randomBytes(4).toString('hex')
  return findingsAbout(count, count).map((finding, at) => ({
    ...finding,
    Type: 'Policy:S3/BucketBlockPublicAccessDisabled',
    Title: `Block public access was disabled for bucket ${at}.`,
    Resource: {
      ResourceType: 'S3Bucket',
      S3BucketDetails: [{ Name: `bench-${tag}-${at}`, Arn: `arn:aws:s3:::bench-${tag}-${at}` }],
    },
  }))
}
