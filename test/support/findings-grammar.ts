import fc from 'fast-check'
import { address, otherForm, time, findingTypes as types } from './other-forms.ts'

/** What a sender might send, as the text of a body; `whole` are the ids of the findings in it that nothing was done to. */
export interface Sent {
  readonly text: string
  readonly whole: readonly string[]
}

type Members = Record<string, unknown>

/** Stand for what no JavaScript value can say and JSON text can. */
const HUGE = '@huge@'
const PROTO = '@proto@'

const poisons: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -0,
  -1,
  11,
  0.1,
  1e308,
  HUGE,
  '1e999',
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00 tail',
  `${'x'.repeat(4095)}😀`,
  '界'.repeat(600),
  'x'.repeat(513),
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '{"detail":',
  '[[[[',
  '12345678901',
  '１２３４５６７８９０１２',
  '2026-13-45T99:99:99Z',
  'version 7',
  '-271821-04-20T00:00:00Z',
  8.64e15,
  { detail: {} },
  { Message: '{}' },
  { [PROTO]: { isAdmin: true } },
  { constructor: { prototype: {} } },
  { 'a\u0000': 1 },
  { '\udfff': 1 },
]

const poison = fc.constantFrom(...poisons)
const nested = fc.nat({ max: 60 }).map((levels) => {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value]
  return value
})
const strange = fc.oneof(poison, nested, fc.string({ unit: 'binary', maxLength: 8 }))

const remoteIpDetails = fc.record(
  { ipAddressV4: address, ipAddressV6: address, geoLocation: fc.constant({ lat: 1.5, lon: -2.25 }) },
  { requiredKeys: [] },
)
const action = fc.oneof(
  fc.record({
    actionType: fc.constant('AWS_API_CALL'),
    awsApiCallAction: fc.record({ api: fc.string(), remoteIpDetails }),
  }),
  fc.record({ actionType: fc.constant('NETWORK_CONNECTION'), networkConnectionAction: fc.record({ remoteIpDetails }) }),
  fc.record({ actionType: fc.constant('PORT_PROBE'), portProbeAction: fc.constant({ blocked: false }) }),
  fc.constant(null),
)

const accessKeyDetails = fc.record(
  {
    accessKeyId: fc.constantFrom('AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', ''),
    principalId: fc.constantFrom(
      'AIDACKCEVSQ6C2EXAMPLE',
      'AROACKCEVSQ6C2EXAMPLE:some:session',
      'ANONYMOUS_PRINCIPAL',
      '',
    ),
    userName: fc.constantFrom('deploy-bot', 'Root', 'ANONYMOUS_PRINCIPAL'),
    userType: fc.constantFrom('IAMUser', 'AssumedRole', 'Root', 'AWSAccount', 'root'),
  },
  { requiredKeys: [] },
)
const instanceDetails = fc.record(
  {
    instanceId: fc.constantFrom('i-0123456789abcdef0', 'i-99999999', ''),
    networkInterfaces: fc.constant([{ networkInterfaceId: 'eni-1', securityGroups: [{ groupId: 'sg-1' }] }]),
    tags: fc.constant([{ key: 'k', value: 'v' }]),
  },
  { requiredKeys: [] },
)
const resource = fc.record(
  { resourceType: fc.constantFrom('AccessKey', 'Instance', 'S3Bucket'), accessKeyDetails, instanceDetails },
  { requiredKeys: ['resourceType'] },
)

const service = fc.record(
  {
    count: fc.oneof(fc.nat(), fc.constantFrom('3', 2 ** 40, -5, 1.5)),
    archived: fc.boolean(),
    action,
    additionalInfo: fc.constantFrom({ sample: true }, { value: '{"sample":true}' }, { value: 'no json' }),
    detection: fc.constantFrom(null, { sequence: { uid: 's', signals: [{ uid: 'x', severity: 9.5 }] } }),
  },
  { requiredKeys: [] },
)

/** A finding by the grammar of GuardDuty’s, with nothing wrong in it. Source: GuardDuty, Finding; EventBridge, GuardDuty Finding. */
const finding = fc.record(
  {
    schemaVersion: fc.constant('2.0'),
    accountId: fc.constantFrom<unknown>(
      '111122223333',
      '777788889999',
      '999999999999',
      11122223333,
      'an-azure-subscription',
    ),
    region: fc.constantFrom('eu-central-1', 'us-gov-west-1', 'ap-southeast-2'),
    id: fc.uuid(),
    type: fc.constantFrom(...types),
    severity: fc.oneof(fc.constantFrom(0, 2, 5, 8.9, 10, '7.5'), fc.double({ min: 0, max: 10, noNaN: true })),
    createdAt: time,
    updatedAt: time,
    title: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('[SAMPLE] A title', `${'x'.repeat(4095)}😀`)),
    description: fc.string(),
    resource,
    service,
  },
  { requiredKeys: ['accountId', 'region', 'id', 'type', 'severity', 'updatedAt'] },
)

interface Mutation {
  readonly what: 'drop' | 'retype' | 'repeat' | 'wrap' | 'add'
  /** Which place, counted through the document and around. */
  readonly place: number
  readonly value: unknown
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom('drop', 'retype', 'retype', 'repeat', 'wrap', 'add'),
  place: fc.nat({ max: 60 }),
  value: strange,
})

interface Place {
  readonly holder: Members
  readonly name: string
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Members
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])])
}

const mutate: Readonly<Record<Mutation['what'], (place: Place, value: unknown) => void>> = {
  drop: ({ holder, name }) => {
    delete holder[name]
  },
  retype: ({ holder, name }, value) => {
    holder[name] = value
  },
  repeat: ({ holder, name }) => {
    holder[name] = [holder[name], holder[name]]
  },
  wrap: ({ holder, name }) => {
    holder[name] = { detail: holder[name] }
  },
  add: ({ holder }, value) => {
    holder[PROTO] = value
  },
}

function mutated(document: Members, mutations: readonly Mutation[]): Members {
  const changed = structuredClone(document)
  for (const { what, place, value } of mutations) {
    const places = placesIn(changed)
    const chosen = places[place % Math.max(places.length, 1)]
    if (chosen !== undefined) mutate[what](chosen, structuredClone(value))
  }
  return changed
}

const pascal = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pascal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), pascal(member)]),
  )
}

interface Document {
  readonly value: unknown
  readonly whole: string | null
}

const document: fc.Arbitrary<Document> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(finding, fc.array(mutation, { maxLength: 3 }), fc.boolean())
      .map(([one, mutations, isPascal]) => {
        const value = mutations.length === 0 ? one : mutated(one as Members, mutations)
        return { value: isPascal ? pascal(value) : value, whole: mutations.length === 0 ? one.id : null }
      }),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(otherForm, fc.array(mutation, { maxLength: 3 })).map(([{ id, value }, mutations]) => ({
      value: mutations.length === 0 ? value : mutated(value, mutations),
      whole: mutations.length === 0 ? id : null,
    })),
  },
  { weight: 1, arbitrary: strange.map((value) => ({ value, whole: null })) },
)

const envelopes: readonly ((inside: unknown) => unknown)[] = [
  (inside) => [inside],
  (inside) => ({ Records: [inside] }),
  (inside) => ({ findings: [inside], NextToken: '' }),
  (inside) => ({ Findings: [inside] }),
  (inside) => ({ version: '0', 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty', detail: inside }),
  (inside) => ({ Records: [{ messageId: '1', body: written(inside) }] }),
  (inside) => ({ Records: [{ EventSource: 'aws:sns', Sns: { Message: written(inside) } }] }),
  (inside) => ({ Type: 'Notification', Message: written(inside) }),
  (inside) => ({ Messages: [{ Body: written(inside) }] }),
]

/** JSON text, with what only text can say. */
const written = (value: unknown): string =>
  JSON.stringify(value).replaceAll(`"${HUGE}"`, '1e999').replaceAll(`"${PROTO}":`, '"__proto__":')

/** A member twice, of which readers take the last. */
const twice = (text: string): string => text.replace(/\{"(?=[a-z])/, '{"id":["first"],"')

const enveloped = fc.tuple(document, fc.array(fc.constantFrom(...envelopes), { maxLength: 3 })).map(
  ([{ value, whole }, around]): Document => ({
    value: around.reduce((inside, wrap) => wrap(inside), value),
    whole,
  }),
)

/** Findings and what is almost one: both casings, wrapped up to three times each, members dropped, retyped, repeated, nested and poisoned. */
export const sentFindings: fc.Arbitrary<Sent> = fc
  .tuple(fc.array(enveloped, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([documents, hasTwice]) => {
    const texts = documents.map(({ value }) => (hasTwice ? twice(written(value)) : written(value)))
    return {
      text: `[${texts.join(',')}]`,
      // What has a member twice is not accepted, however whole it is.
      whole: hasTwice ? [] : documents.flatMap(({ whole }) => (whole === null ? [] : [whole])),
    }
  })
