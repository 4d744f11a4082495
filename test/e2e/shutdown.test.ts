import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { approve, approveUntil, ask, attack, changes, plansOf } from './asking.ts'
import { controlOf, type Home, isAlive, isReady, newHome, prepare, until } from './installation.ts'

/** Often enough that some are on their way when the api is asked to end. */
const SEND_EVERY_MS = 50

let home: Home
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
})
beforeEach(() => until(() => isReady(home)))

/** Asks a process to end as an orchestrator does; answers how it ended, in the words of the supervisor. */
async function terminated(part: string): Promise<string> {
  const before = home.pidOf(part) ?? 0
  process.kill(before, 'SIGTERM')
  await until(() => !isAlive(before))
  await until(() => home.pidOf(part) !== undefined && home.pidOf(part) !== before)
  const lines = readFileSync(join(home.folder, 'log', 'supervisor.log'), 'utf8')
    .trim()
    .split('\n')
  const last = lines.map((line) => JSON.parse(line) as Record<string, string>).findLast(({ ended }) => ended === part)
  return last?.['reason'] ?? ''
}

async function setFault(rule: object | undefined): Promise<void> {
  const control = controlOf(home)
  await (rule === undefined ? control('DELETE', 'faults') : control('POST', 'faults', { rules: [rule] }))
}

const containments = async (id: string, status: string) =>
  (await plansOf(home, id)).filter((plan) => plan.kind === 'contain' && plan.status === status)

/** A containment whose first change hangs at AWS, which has it already. */
async function hanging(holdMs: number): Promise<string> {
  const id = await attack(home)
  await setFault({ operation: 'iam:PutUserPolicy', effect: 'hold-after', holdMs })
  const before = (await changes(home)).length
  await approve(home, (await plansOf(home, id))[0]?.hash ?? '')
  await until(async () => (await changes(home)).length > before)
  return id
}

const denials = async () => (await changes(home)).filter((operation) => operation === 'iam:PutUserPolicy').length

describe('the api, asked to end', () => {
  it('answers the request that is on its way, ends streams and idle connections, and ends with 0', async () => {
    const body = JSON.stringify({ id: 'only-half', type: 'x' })
    const slow = request(
      `POST /api/findings HTTP/1.1\r\nauthorization: Bearer ${home.ready().tokens['intake']}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`,
    )
    await once(slow.socket, 'connect')
    slow.socket.write(body.slice(0, 10))
    const idle = request('GET /healthz HTTP/1.1\r\n')
    await until(() => idle.text().includes('200 OK'))
    const stream = request(`GET /api/stream HTTP/1.1\r\nauthorization: Bearer ${home.ready().tokens['responder']}\r\n`)
    await until(() => stream.text().includes('retry:'))
    const ending = terminated('api')
    await until(() => stream.socket.closed)
    slow.socket.write(body.slice(10))
    expect(await ending).toBe('exit 0')
    expect(slow.text()).toMatch(/^HTTP\/1\.1 202 /)
    expect(idle.socket.closed).toBe(true)
  })

  it('keeps every finding that it had accepted, while it is asked again and again', async () => {
    const accepted: string[] = []
    let isOver = false
    const sending = (async () => {
      for (let nth = 0; !isOver; nth++) {
        const id = `during-shutdown-${nth}`
        const isAccepted = await ask(home, 'intake', '/api/findings', {
          id,
          type: 'UnauthorizedAccess:IAMUser/X',
          accountId: '111122223333',
          region: 'eu-central-1',
          severity: 5,
          updatedAt: new Date().toISOString(),
        }).then(
          () => true,
          // Nobody listens, or it is on its way out: the sender would send it again.
          () => false,
        )
        if (isAccepted) accepted.push(id)
        await pause(SEND_EVERY_MS)
      }
    })()
    try {
      expect(await terminated('api')).toBe('exit 0')
      await until(() => isReady(home))
      expect(await terminated('api')).toBe('exit 0')
      await until(() => isReady(home))
    } finally {
      isOver = true
      await sending
    }
    expect(accepted.length).toBeGreaterThan(0)
    for (const id of accepted) expect(await ask(home, 'responder', `/api/findings/${id}`), id).toMatchObject({ id })
  })
})

/** A request by hand, over a connection of its own. */
function request(head: string): { readonly socket: Socket; readonly text: () => string } {
  let text = ''
  const socket = connect(home.port, '127.0.0.1')
  socket.setEncoding('utf8').on('data', (part: string) => (text += part))
  socket.on('error', () => undefined)
  socket.write(`${head}host: 127.0.0.1\r\n\r\n`)
  return { socket, text: () => text }
}

describe('the executor, asked to end during a call', () => {
  it('ends the step when the answer comes soon, and makes no call again', async () => {
    const before = await denials()
    const id = await hanging(2000)
    expect(await terminated('executor')).toBe('exit 0')
    await setFault(undefined)
    await until(async () => (await containments(id, 'done')).length > 0)
    expect(await denials()).toBe(before + 1)
    await approveUntil(home, id, 'recovered')
  })

  it('hands the step back when the answer does not come, and the next one finds the change made', async () => {
    const before = await denials()
    const id = await hanging(60_000)
    expect(await terminated('executor')).toBe('exit 0')
    await setFault(undefined)
    await until(async () => (await containments(id, 'done')).length > 0)
    expect(await denials()).toBe(before + 1)
    await approveUntil(home, id, 'recovered')
  })
})

describe('every other process, asked to end during a containment', () => {
  it.each(['gate', 'worker', 'sealer', 'intake', 'simulator'])('loses nothing and ends with 0: %s', async (part) => {
    const id = await attack(home)
    const before = await denials()
    await approve(home, (await plansOf(home, id))[0]?.hash ?? '')
    expect(await terminated(part)).toBe('exit 0')
    await until(() => isReady(home))
    await approveUntil(home, id, 'recovered')
    expect(await denials()).toBe(before + 1)
    expect((await containments(id, 'failed')).length).toBe(0)
  })

  it('leaves a log that is sound and has no gap', async () => {
    await until(() => home.cordon('verify-record').status === 0)
    expect(home.cordon('verify-record', '--json').stdout).toContain('"ok":true')
  })
})
