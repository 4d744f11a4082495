import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '#api/permissions'
import { finding } from './findings-made.ts'
import { type Answered, type Listening, listen } from './listening.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, tokenOf, type Who, type World } from './world.ts'

let world: World
let api: Listening
beforeAll(async () => {
  world = await openWorld()
  api = await listen(world)
})
afterAll(() => world.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const send = (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  api.ask('/api/findings', { method: 'POST', who: 'intake', headers, body })

let sent = 0
/** A finding that nobody sent before, as text with some of it replaced. */
function fresh(change: (text: string) => string = (text) => text): string {
  sent += 1
  return change(JSON.stringify(finding({ id: `fresh-${sent}`, user: `fresh-${sent}` })))
}

const bytesOf = (text: string, encoding: BufferEncoding): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text, encoding))

describe('a body of findings that cannot be read as JSON is refused with what to send instead', () => {
  it.each<readonly [string, () => string | Uint8Array<ArrayBuffer>, Readonly<Record<string, string>>, string]>([
    ['nothing', () => '', JSON_TYPE, 'send a finding'],
    ['half of an object', () => fresh().slice(0, -1), JSON_TYPE, 'not JSON in UTF-8'],
    ['a comma too many', () => `[${fresh()},]`, JSON_TYPE, 'not JSON in UTF-8'],
    ['NaN', () => fresh((text) => text.replace('"severity":8', '"severity":NaN')), JSON_TYPE, 'not JSON in UTF-8'],
    ['a number', () => '12', JSON_TYPE, 'object or array'],
    ['null', () => 'null', JSON_TYPE, 'object or array'],
    ['UTF-16', () => bytesOf(`\uFEFF${fresh()}`, 'utf16le'), JSON_TYPE, 'not JSON in UTF-8'],
    [
      'Latin-1',
      () =>
        bytesOf(
          fresh((text) => text.replace('Credentials', 'Schlüssel')),
          'latin1',
        ),
      JSON_TYPE,
      'UTF-8',
    ],
    [
      'gzip',
      () => Uint8Array.from(gzipSync(fresh())),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      'without content-encoding',
    ],
    ['gzip that says nothing of it', () => Uint8Array.from(gzipSync(fresh())), JSON_TYPE, 'not JSON in UTF-8'],
    ['a form', () => 'finding=1', { 'content-type': 'application/x-www-form-urlencoded' }, 'not JSON in UTF-8'],
    ['100,000 levels without an end', () => '['.repeat(100_000), JSON_TYPE, 'not JSON in UTF-8'],
  ])('%s', async (_, body, headers, says) => {
    const answer = await send(body(), headers)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
    expect(answer.body.detail).toContain(says)
  })
})

describe('findings are taken in, whatever the sender calls them', () => {
  it.each<readonly [string, () => string | Uint8Array<ArrayBuffer>, Readonly<Record<string, string>>]>([
    ['without a content type', () => bytesOf(fresh(), 'utf8'), {}],
    ['as text', () => fresh(), { 'content-type': 'text/plain' }],
    ['as another JSON type', () => fresh(), { 'content-type': 'application/cloudevents+json; charset=utf-8' }],
    ['with a byte order mark', () => bytesOf(`\uFEFF${fresh()}`, 'utf8'), JSON_TYPE],
    ['whose account is a number', () => fresh((text) => text.replace('"111122223333"', '111122223333')), JSON_TYPE],
    ['of a type that nobody knows', () => fresh((text) => text.replace('UnauthorizedAccess', 'Unheard')), JSON_TYPE],
    [
      'of an account that nobody registered',
      () => fresh((text) => text.replaceAll(/\d{12}/g, '999999999999')),
      JSON_TYPE,
    ],
    ['that are samples', () => fresh((text) => text.replace('"title":"', '"title":"[SAMPLE] ')), JSON_TYPE],
    [
      'with a title that is cut within an emoji',
      () => fresh((text) => text.replace('Credentials', `${'x'.repeat(4095)}😀`)),
      JSON_TYPE,
    ],
    ['with an empty name of a member', () => fresh((text) => text.replace('{', '{"":1,')), JSON_TYPE],
    [
      'with an id of 512 letters of three bytes',
      () => fresh((text) => text.replace(/fresh-\d+/, '界'.repeat(512))),
      JSON_TYPE,
    ],
    [
      'with numbers of every size',
      () => fresh((text) => text.replace('{', '{"large":1e308,"small":5e-324,"long":123456789012345678901234567890,')),
      JSON_TYPE,
    ],
  ])('%s', async (_, body, headers) => {
    const { status, body: answer } = await send(body(), headers)
    expect({ status, ...answer }).toMatchObject({ status: 202, accepted: 1, quarantined: [] })
    const [{ finding: id, incident }] = answer.incidents
    expect((await api.ask(`/api/findings/${encodeURIComponent(id)}`)).body).toMatchObject({
      id,
      incident,
      state: 'accepted',
    })
    expect((await api.ask(`/api/incidents/${incident}`)).body).toMatchObject({ id: incident, status: 'open' })
  })
})

describe('what is JSON and no finding is quarantined with its reason, and what comes with it is taken in', () => {
  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  it.each<readonly [string, string | (() => string), string]>([
    ['a number', '17', 'not an object'],
    ['an empty object', '{}', 'not a GuardDuty finding: no id, no type'],
    ['something else', '{"hello":"world"}', 'not a GuardDuty finding'],
    ['40 levels', deep(40), 'nested deeper than 32 levels'],
    ['100,000 levels', () => deep(100_000), 'nested deeper than 32 levels'],
    ['100,000 lists in one another', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'wrapped in more than 16'],
    ['__proto__', '{"__proto__":{"isAdmin":true}}', 'a member named __proto__'],
    ['constructor far inside', '{"a":{"b":[{"constructor":{"prototype":1}}]}}', 'a member named constructor'],
    ['half of a surrogate pair', '{"id":"\\ud83d"}', 'half of a surrogate pair'],
    ['a NUL character', () => fresh((text) => text.replace('Credentials', '\\u0000')), 'a NUL character'],
    ['a NUL character in a name', '{"a\\u0000":1}', 'a NUL character'],
    [
      'a number beyond every number',
      () => fresh((text) => text.replace('"severity":8', '"severity":1e999')),
      'a number beyond',
    ],
    ['2 MB', () => fresh((text) => text.replace('Credentials', 'x'.repeat(2_000_000))), 'larger than 1 MiB'],
    ['no id', () => fresh((text) => text.replace(/"id":"[^"]+"/, '"id":{"$ne":null}')), 'no id'],
    ['an id of 513 characters', () => fresh((text) => text.replace(/fresh-\d+/, 'x'.repeat(513))), 'no id'],
    ['a member twice', () => fresh((text) => text.replace('{', '{"id":"first",')), 'a member twice: "id"'],
    ['a Region that is none', () => fresh((text) => text.replace('"eu-central-1"', '"../../etc"')), 'no region'],
    [
      'a severity of 11',
      () => fresh((text) => text.replace('"severity":8', '"severity":11')),
      'no severity from 0 to 10',
    ],
    [
      'a severity below nothing',
      () => fresh((text) => text.replace('"severity":8', '"severity":-1')),
      'no severity from 0 to 10',
    ],
    ['no time', () => fresh((text) => text.replaceAll('2026-11-24T08:00:00.000Z', 'version 7')), 'no updatedAt'],
    ['a message that is no JSON', '{"Message":"{\\"half\\":"}', 'its body is not JSON'],
  ])('%s', async (_, piece, reason) => {
    const { status, body } = await send(`[${fresh()},${typeof piece === 'string' ? piece : piece()},${fresh()}]`)
    expect({ status, ...body }).toMatchObject({ status: 202, accepted: 2, quarantined: [{ index: 1 }] })
    expect(body.quarantined[0].reason).toContain(reason)
    const listed = (await api.ask('/api/findings?state=quarantined&limit=999')).body.findings
    const row = listed.find((one: { reason: string }) => one.reason === body.quarantined[0].reason)
    expect((await api.ask(`/api/findings/${row.id}`)).body).toMatchObject({ state: 'quarantined', reason: row.reason })
  })
})

describe('every other route refuses what it cannot read, and stays up', () => {
  const bodies: readonly (readonly [string, string])[] = [
    ['broken JSON', '{"decision":'],
    ['a number', '5'],
    ['a list', '[]'],
    ['text', '"approve"'],
    ['other members', '{"unexpected":true}'],
    [
      'members of other types',
      '{"decision":{},"reason":[],"text":1,"code":{},"name":{},"token":{},"account":7,"undo":[],"how":0}',
    ],
    ['__proto__', '{"__proto__":{"decision":"approve"}}'],
    [
      'a NUL character',
      '{"decision":"approve","reason":"\\u0000","text":"\\u0000","code":"resolved","lessons":"\\u0000","token":"\\u0000","name":"\\u0000","how":"done"}',
    ],
    ['half of a surrogate pair', '{"text":"\\ud800","reason":"\\udfff","token":"\\ud800"}'],
    ['a huge number', '{"reason":1e999,"text":1e999,"token":1e999}'],
    ['40 levels', `${'{"reason":'.repeat(40)}1${'}'.repeat(40)}`],
    ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['2 MB', JSON.stringify({ reason: 'x'.repeat(2_000_000), text: 'x'.repeat(2_000_000) })],
    [
      'too long a text',
      JSON.stringify({ reason: 'x'.repeat(20_000), text: 'x'.repeat(20_000), token: 'x'.repeat(20_000) }),
    ],
    [
      'a hundred thousand wrong steps',
      JSON.stringify({ purpose: 'contain', reason: 'r', steps: Array.from({ length: 100_000 }, () => 1) }),
    ],
    [
      'a step of no known kind',
      '{"purpose":"contain","reason":"r","steps":[{"action":"constructor","target":{"kind":"iam-user","account":"111122223333","userId":"","name":"../"}}]}',
    ],
  ]
  const writers: Readonly<Record<string, Who>> = { '/votes': 'approver1', '/freeze': 'admin', '/drills': 'admin' }
  const posts = Object.keys(permissions)
    .filter((route) => route.startsWith('POST ') && route !== 'POST /api/findings')
    .map((route) => route.slice('POST '.length))
  const whoFor = (path: string): Who =>
    Object.entries(writers).find(([part]) => path.includes(part))?.[1] ?? 'responder'

  it.each(posts)('POST %s', async (pattern) => {
    // Acknowledging takes no body, so none can be wrong; what is no JSON is still refused.
    const takesNone = pattern.endsWith('/acknowledge')
    for (const [what, body] of bodies) {
      const { incident, hash } = await proposePlan(world)
      const path = pattern.replace(':id', incident).replace(':hash', hash).replace(':task', 'none')
      const { status } = await api.ask(path, { method: 'POST', who: whoFor(path), headers: JSON_TYPE, body })
      expect([what, takesNone || status >= 400]).toEqual([what, true])
    }
  })

  it('counts no vote of a body that it refused', async () => {
    const { hash } = await proposePlan(world)
    for (const [, body] of bodies)
      await api.ask(`/api/plans/${hash}/votes`, { method: 'POST', who: 'approver1', headers: JSON_TYPE, body })
    expect((await api.ask(`/api/plans/${hash}`)).body).toMatchObject({ status: 'proposed', votes: [] })
  })

  it.each([
    ['application/json in UTF-16', { 'content-type': 'application/json' }, bytesOf('{"text":"x"}', 'utf16le')],
    [
      'gzip',
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      Uint8Array.from(gzipSync('{"text":"x"}')),
    ],
    ['bytes that are no UTF-8', { 'content-type': 'application/json' }, bytesOf('{"text":"\xff\xfe"}', 'latin1')],
    ['text', { 'content-type': 'text/plain' }, bytesOf('{"text":"x"}', 'utf8')],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, bytesOf('text=x', 'utf8')],
    ['no content type', {}, bytesOf('{"text":"x"}', 'utf8')],
    ['a content type that is none', { 'content-type': 'json;;;=' }, bytesOf('{"text":"x"}', 'utf8')],
  ])('a comment sent as %s', async (_, headers, body) => {
    const { incident } = await proposePlan(world)
    const answer = await api.ask(`/api/incidents/${incident}/comments`, { method: 'POST', headers, body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
  })

  const odd = [
    '%00',
    '%F0%9F%98%80',
    'a%2F..%2F..',
    "'%3B%20drop%20table%20incident",
    'x'.repeat(600),
    'x'.repeat(6000),
    '__proto__',
    '-1',
    '9'.repeat(40),
  ]
  const gets = Object.keys(permissions)
    .filter((route) => route.startsWith('GET ') && route !== 'GET /api/stream')
    .map((route) => route.slice('GET '.length))

  // Nobody is refused for who they are here.
  const whoMay = (path: string): Who => (path.startsWith('/api/audit/') ? 'auditor' : 'responder')

  it.each(gets.filter((path) => path.includes(':')))('GET %s of what there is not', async (pattern) => {
    const who = whoMay(pattern)
    for (const id of odd) {
      const { status } = await api.ask(pattern.replaceAll(/:\w+/g, id), { who })
      expect([id.slice(0, 40), status === 404 || status === 400]).toEqual([id.slice(0, 40), true])
    }
    expect((await api.ask(pattern.replaceAll(/:\w+/g, '%zz'), { who })).status).toBe(400)
  })

  const names = ['limit', 'cursor', 'state', 'incident', 'status', 'severity', 'account', 'finding', 'q', 'nothing']
  it.each([
    ...gets.filter((path) => path.startsWith('/api') && path !== '/api/openapi.json'),
    '/api/incidents?limit=1',
  ])('GET %s with odd questions', async (pattern) => {
    const { incident, hash } = await proposePlan(world)
    const path = pattern.replace(':id', incident).replace(':hash', hash)
    const questions = names.flatMap((name) =>
      [...odd, '', '0', '1e3', 'a&', `1&${name}=2`, '%zz'].map((value) => `${name}=${value}`),
    )
    for (const question of questions) {
      const asked = `${path}${path.includes('?') ? '&' : '?'}${question}`
      const { status } = await api.ask(asked, { who: whoMay(pattern) })
      expect([question.slice(0, 60), [200, 202, 400, 404].includes(status)]).toEqual([question.slice(0, 60), true])
    }
  })

  it('a cursor that no page gave', async () => {
    for (const path of [
      '/api/findings',
      '/api/incidents',
      `/api/incidents/${(await proposePlan(world)).incident}/timeline`,
    ])
      expect([path, (await api.ask(`${path}?cursor=made-up`)).status]).toEqual([path, 400])
  })
})

describe('what is no request', () => {
  const head = (rest: string): string =>
    `POST /api/findings HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${tokenOf('intake')}\r\n${rest}\r\n\r\n`

  it.each([
    ['a word', 'HELO\r\n\r\n', '400'],
    ['two lengths', `${head('content-length: 2\r\ncontent-length: 3')}{}`, '400'],
    ['a length and pieces', `${head('content-length: 2\r\ntransfer-encoding: chunked')}{}`, '400'],
    ['pieces without a length', `${head('transfer-encoding: chunked')}zz\r\n`, '400'],
    ['a head of 100 kB', head(`x: ${'x'.repeat(100_000)}`), '413'],
  ])('is answered and hung up on: %s', async (_, bytes, status) => {
    const heard = await api.say(bytes)
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(heard).toContain('application/problem+json')
  })

  it('leaves nothing behind when it breaks off, and the next is answered', async () => {
    const whole = fresh()
    const before = (await api.ask('/api/findings?limit=1')).body.findings[0].id
    const broken = await Promise.all(
      Array.from({ length: 20 }, () => api.begin(`${head(`content-length: ${whole.length}`)}${whole.slice(0, -1)}`)),
    )
    for (const socket of broken) socket.destroy()
    expect((await api.ask('/healthz')).status).toBe(200)
    expect((await api.ask('/api/findings?limit=1')).body.findings[0].id).toBe(before)
    expect((await send(whole)).body).toMatchObject({ accepted: 1 })
  })

  it('keeps what was sent whole, also when the sender does not wait for the answer', async () => {
    const whole = fresh()
    const socket = await api.begin(`${head(`content-length: ${whole.length}`)}${whole}`)
    socket.end()
    socket.destroy()
    expect((await send(whole)).body).toMatchObject({ quarantined: [], incidents: [{ finding: JSON.parse(whole).id }] })
  })
})

describe('ten thousand findings in one call', () => {
  const COUNT = 10_000
  const allOf = async (query: string): Promise<readonly Record<string, string>[]> => {
    const all: Record<string, string>[] = []
    for (let cursor = ''; ; ) {
      const { findings, next } = (await api.ask(`/api/findings?limit=999&${query}${cursor}`)).body
      all.push(...findings)
      if (next === null) return all
      cursor = `&cursor=${encodeURIComponent(next)}`
    }
  }

  it('are each taken in, a duplicate or quarantined, and read back', async () => {
    const many = Array.from({ length: COUNT }, (_, index) =>
      index % 100 === 7
        ? { bad: index }
        : finding({ id: `many-${index - (index % 100 === 8 ? 2 : 0)}`, user: `many-${index % 500}` }),
    )
    // Every hundredth is no finding, and one of each hundred is the one before it once more.
    const repeated = many.map((one, index) => (index % 100 === 9 ? many[index - 5] : one))
    const answer: Answered = await send(JSON.stringify(repeated))
    expect(answer.status).toBe(202)
    const { accepted, duplicates, quarantined, incidents } = answer.body
    expect(accepted + duplicates + quarantined.length).toBe(COUNT)
    expect(quarantined.map(({ index }: { index: number }) => index)).toEqual(
      repeated.flatMap((_, index) => (index % 100 === 7 ? [index] : [])),
    )
    const kept = new Set((await allOf('state=accepted')).map(({ id }) => id))
    expect(incidents.filter(({ finding: id }: { finding: string }) => !kept.has(id))).toEqual([])
    expect(duplicates).toBe(COUNT / 100)
    expect((await send(JSON.stringify(repeated))).body).toMatchObject({
      accepted: 0,
      duplicates: accepted + duplicates,
    })
  }, 300_000)

  it('but not more than twenty thousand, of which none is taken in', async () => {
    const before = await allOf('state=accepted')
    expect(await send(`[${fresh()}${',1'.repeat(20_000)}]`)).toMatchObject({ status: 413, body: { code: 'too_large' } })
    expect(await send(`[1${',1'.repeat(8_000_000)}]`)).toMatchObject({ status: 413 })
    expect(await allOf('state=accepted')).toHaveLength(before.length)
  })
})
