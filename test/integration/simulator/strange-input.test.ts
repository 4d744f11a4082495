import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { services } from '#simulator/services/index'
import type { Service } from '#simulator/services/service'
import { signerFor } from '#simulator/wire/signature'
import { type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

const REGION = 'eu-central-1'
const failures: unknown[] = []

let simulator: RunningSimulator

beforeAll(async () => {
  simulator = await startSimulator({ report: (failure) => failures.push(failure) })
})

beforeEach(() => void failures.splice(0))

afterAll(() => simulator.stop())

interface Sent {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: Record<string, string>
  readonly body: string
}

async function send(service: Service, sent: Sent): Promise<number> {
  const url = new URL(simulator.endpoint)
  const signer = signerFor({ region: REGION, service: service.signingName }, simulator.administrator(SHOP_PRODUCTION))
  const headers = { host: url.host, ...sent.headers }
  const signed = await signer.sign({ ...sent, headers, protocol: 'http:', hostname: url.hostname })
  const { host: _host, ...rest } = signed.headers
  const query = new URLSearchParams(sent.query).toString()
  const answer = await fetch(`${simulator.endpoint}${sent.path}${query ? `?${query}` : ''}`, {
    method: sent.method,
    headers: rest,
    ...(sent.method === 'GET' || sent.method === 'HEAD' ? {} : { body: sent.body }),
  })
  await answer.arrayBuffer()
  return answer.status
}

const word = fc.oneof(
  fc.constantFrom('1', 'UserName', 'member', 'Tags', 'true', '', 'NextToken', '\0', '{', 'é'),
  fc.string({ maxLength: 6 }),
)
const form = fc.dictionary(
  fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.')),
  word,
  { maxKeys: 4 },
)
const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('{', '[]', 'null', '"x"', '{"SecretId":{}}', '{"MaxResults":"x","StartTime":"x"}'),
)

function requestsOf(service: Service): fc.Arbitrary<Sent> {
  const name = fc.constantFrom(...Object.keys(service.operations))
  const plain = { method: 'POST', path: '/', query: {}, headers: {} }
  switch (service.protocol) {
    case 'awsQuery':
    case 'ec2Query':
      return fc.tuple(name, form).map(([Action, members]) => ({
        ...plain,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...members, Action }).toString(),
      }))
    case 'awsJson1_0':
    case 'awsJson1_1':
      return fc
        .tuple(name, json)
        .map(([operation, body]) => ({ ...plain, headers: { 'x-amz-target': `X.${operation}` }, body }))
    case 'restJson1':
    case 'restXml': {
      const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE')
      const path = fc.constantFrom(
        '/',
        '/detector',
        '/detector/x/findings',
        '/detector/%C0/findings/get',
        '/2015-03-31/functions/',
        '/bucket',
        '/bucket/%C0',
        '/bucket?versioning',
      )
      const body = fc.oneof(
        json,
        fc.constantFrom('<a>', '<a></b>', '<VersioningConfiguration><Status/></VersioningConfiguration>'),
      )
      return fc.record({ method, path, query: form, headers: fc.constant({}), body })
    }
  }
}

test.each(services.map((service) => [service.signingName, service] as const))(
  '%s answers strange input with an error of its own, never by failing itself',
  async (_name, service) => {
    await fc.assert(
      fc.asyncProperty(requestsOf(service), async (sent) => {
        const status = await send(service, sent)
        expect(failures).toEqual([])
        expect(status).not.toBe(500)
      }),
      { numRuns: 60 },
    )
  },
)
