import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as athena from '@aws-sdk/client-athena'
import * as autoScaling from '@aws-sdk/client-auto-scaling'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as ec2 from '@aws-sdk/client-ec2'
import * as loadBalancing from '@aws-sdk/client-elastic-load-balancing-v2'
import * as guardduty from '@aws-sdk/client-guardduty'
import * as iam from '@aws-sdk/client-iam'
import * as lambda from '@aws-sdk/client-lambda'
import * as organizations from '@aws-sdk/client-organizations'
import * as rds from '@aws-sdk/client-rds'
import * as s3 from '@aws-sdk/client-s3'
import * as secretsManager from '@aws-sdk/client-secrets-manager'
import * as securityhub from '@aws-sdk/client-securityhub'
import * as sqs from '@aws-sdk/client-sqs'
import * as ssm from '@aws-sdk/client-ssm'
import * as sts from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadService, services } from '#simulator/services/index'
import { protocols } from '#simulator/wire/protocols'
import { readRequest } from '#simulator/wire/request'
import { type OperationSchema, type Schema, type Structure, traitsOf } from '#simulator/wire/schema'

interface Client {
  send(command: unknown): Promise<Record<string, unknown>>
}

type Settings = Readonly<Record<string, unknown>>
type Constructor<T, A> = new (argument: A) => T

const clients: Readonly<Record<string, readonly [module: object, client: unknown]>> = {
  athena: [athena, athena.AthenaClient],
  autoscaling: [autoScaling, autoScaling.AutoScalingClient],
  cloudtrail: [cloudtrail, cloudtrail.CloudTrailClient],
  ec2: [ec2, ec2.EC2Client],
  elasticloadbalancing: [loadBalancing, loadBalancing.ElasticLoadBalancingV2Client],
  guardduty: [guardduty, guardduty.GuardDutyClient],
  securityhub: [securityhub, securityhub.SecurityHubClient],
  iam: [iam, iam.IAMClient],
  lambda: [lambda, lambda.LambdaClient],
  organizations: [organizations, organizations.OrganizationsClient],
  rds: [rds, rds.RDSClient],
  s3: [s3, s3.S3Client],
  secretsmanager: [secretsManager, secretsManager.SecretsManagerClient],
  sqs: [sqs, sqs.SQSClient],
  ssm: [ssm, ssm.SSMClient],
  sts: [sts, sts.STSClient],
}

/** Members that the client itself fills in or checks, so that they do not go through as they are. */
const CLIENT_SIDE =
  /^(Checksum|ContentMD5|MD5|SSECustomer|CopySourceSSECustomer|ContentEncoding|ContentLength|Expires|Range|PresignedUrl|UserData|DestinationRegion|SourceRegion)/

let received: { readonly operation: string; readonly input: Structure } | undefined
let planned: Structure = {}
const server = createServer((incoming, response) => {
  void (async () => {
    const request = await readRequest(incoming)
    const signingName = /\/([^/]+)\/aws4_request/.exec(String(incoming.headers.authorization))?.[1] ?? ''
    const service = await loadService(signingName)
    const located = service && protocols[service.protocol].locate(service, request)
    if (!located) throw new Error(`no operation for ${request.method} ${request.path}`)
    received = { operation: located.operation.name, input: located.readInput() }
    const reply = protocols[service.protocol].writeOutput(
      { service, operation: located.operation, request, requestId: 'id' },
      planned,
    )
    response.writeHead(reply.status, reply.headers).end(reply.body)
  })().catch((failure: unknown) => response.writeHead(500).end(String(failure)))
})
let endpoint = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => void server.close())

/** Arbitrary values of a shape, as deep as `depth` says. */
function valuesOf(
  schema: Schema,
  place: { readonly depth: number; readonly name: string; readonly inText: boolean },
): fc.Arbitrary<unknown> {
  const { depth, name } = place
  const inText = place.inText || isBound(schema)
  const inner = { depth: depth - 1, name: 'item', inText }
  if (schema.isListSchema())
    return depth > 0
      ? fc.array(valuesOf(schema.getValueSchema(), inner), { minLength: 1, maxLength: 2 })
      : fc.constant(undefined)
  if (schema.isMapSchema())
    return depth > 0
      ? fc.dictionary(fc.stringMatching(/^k[a-z]{1,6}$/), valuesOf(schema.getValueSchema(), inner), {
          minKeys: 1,
          maxKeys: 2,
        })
      : fc.constant(undefined)
  if (schema.isUnionSchema() || schema.isDocumentSchema()) return fc.constant(undefined)
  if (schema.isStructSchema()) return depth > 0 ? structuresOf(schema, inner) : fc.constant(undefined)
  if (schema.isTimestampSchema())
    return fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }).map((seconds) => new Date(seconds * 1000))
  if (schema.isBooleanSchema()) return fc.boolean()
  if (schema.isBigIntegerSchema()) return fc.bigInt({ min: 0n, max: 1_000_000n })
  if (schema.isNumericSchema())
    return traitsOf(schema).httpResponseCode ? fc.constant(200) : fc.integer({ min: 0, max: 100_000 })
  if (schema.isBlobSchema()) return fc.uint8Array({ minLength: 1, maxLength: 8 })
  if (name === 'Bucket') return fc.constant('bucket-1')
  if (traitsOf(schema).mediaType === 'application/json') return fc.constant('{"a":1}')
  return inText
    ? fc.stringMatching(/^[a-z0-9]{1,8}$/)
    : fc.constantFrom('a&b<c>"d\'é✓', 'plain', ' lead trail ', 'x=1&y=2;%41+')
}

function isBound(schema: Schema): boolean {
  const traits = traitsOf(schema)
  return Boolean(traits.httpHeader || traits.httpLabel || traits.httpQuery || traits.httpPrefixHeaders !== undefined)
}

function structuresOf(
  schema: Schema,
  place: { readonly depth: number; readonly inText: boolean },
): fc.Arbitrary<unknown> {
  const members: Record<string, fc.Arbitrary<unknown>> = {}
  for (const [name, member] of schema.structIterator()) {
    const traits = traitsOf(member)
    if (CLIENT_SIDE.test(name) || traits.httpQueryParams || (member.isStreaming() && member.isStructSchema())) continue
    members[name] = valuesOf(member, { ...place, name })
  }
  return fc.record(members)
}

const emptied = (schema: Schema): fc.Arbitrary<Structure> =>
  (schema.isUnitSchema() ? fc.constant({}) : valuesOf(schema, { depth: 4, name: '', inText: false })).map(
    (value) => (prune(value) ?? {}) as Structure,
  )

/** Without what no wire can carry: absent members and empty containers. Bytes and times become comparable text. */
function prune(value: unknown): unknown {
  if (value instanceof Date || value instanceof Uint8Array || typeof value === 'bigint') return value
  if (Array.isArray(value)) return nonEmpty(value.map(prune).filter((item) => item !== undefined))
  if (typeof value !== 'object' || value === null) return value ?? undefined
  const entries = Object.entries(value).map(([name, item]) => [name, prune(item)] as const)
  const kept = entries.filter(([name, item]) => item !== undefined && name !== '$metadata' && !CLIENT_SIDE.test(name))
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

const nonEmpty = (items: readonly unknown[]): readonly unknown[] | undefined => (items.length > 0 ? items : undefined)

async function readable(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(output).map(async ([name, value]) => {
    const stream = value as { transformToByteArray?: () => Promise<Uint8Array> } | undefined
    return [name, stream?.transformToByteArray ? await stream.transformToByteArray() : value] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function operationOf(signingName: string, name: string): Promise<OperationSchema> {
  const operation = (await loadService(signingName))?.schemas.operations.get(name)
  if (!operation) throw new Error(`The model of ${signingName} has no ${name}`)
  return operation
}

describe('every operation that is simulated goes over the wire unchanged, both ways', () => {
  const listed = services.flatMap((service) =>
    Object.keys(service.operations).map((name) => [service.signingName, name] as const),
  )

  test.each(listed)('%s %s', async (signingName, name) => {
    const [clientModule, clientClass] = clients[signingName] ?? []
    const commandClass = (clientModule as Record<string, unknown>)[`${name}Command`] as Constructor<unknown, Structure>
    const client = new (clientClass as Constructor<Client, Settings>)({
      region: 'us-east-1',
      endpoint,
      forcePathStyle: true,
      useQueueUrlAsEndpoint: false,
      md5: false,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    })
    const operation = await operationOf(signingName, name)
    await fc.assert(
      fc.asyncProperty(emptied(operation.input), emptied(operation.output), async (input, output) => {
        planned = output
        const answered = await readable(await client.send(new commandClass({ ...input })))
        expect(received?.operation).toBe(name)
        expect(prune(received?.input) ?? {}).toMatchObject(input)
        expect(prune(answered) ?? {}).toMatchObject(output)
      }),
      { numRuns: 4 },
    )
  })
})
