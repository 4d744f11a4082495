import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from '#store/log/events'
import { finding } from './findings-made.ts'
import { openWorld, tokenOf, type World } from './world.ts'

let world: World
let address: string
beforeAll(async () => {
  world = await openWorld()
  address = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

interface Streamed {
  readonly id: number
  readonly type: string
  readonly stream: string
  readonly text: string
}

/** Reads the stream until it showed so many events, or for so long. */
async function follow(
  query: string,
  wanted: { readonly count: number; readonly ms: number },
  headers: Record<string, string> = {},
): Promise<readonly Streamed[]> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), wanted.ms)
  const events: Streamed[] = []
  try {
    const reply = await fetch(`${address}/api/stream${query}`, {
      headers: { authorization: `Bearer ${tokenOf('auditor')}`, ...headers },
      signal: stop.signal,
    })
    expect(reply.headers.get('content-type')).toContain('text/event-stream')
    for await (const event of eventsIn(reply.body ?? [])) {
      events.push(event)
      if (events.length >= wanted.count) break
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
  return events
}

async function* eventsIn(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Streamed> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data !== undefined) yield JSON.parse(data) as Streamed
    }
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 400))
const send = (user: string) => world.call('POST', '/api/findings', 'intake', finding({ id: user, user }))

describe('the stream', () => {
  it('shows what happens from now on, and only of the incident when one is meant', async () => {
    const incident: string = (await send('before')).body.incidents[0].incident
    const all = follow('', { count: 3, ms: 5000 })
    const one = follow(`?incident=${incident}`, { count: 1, ms: 5000 })
    await soon()
    await send('after')
    await world.call('POST', `/api/incidents/${incident}/comments`, 'responder', { text: 'Look' })
    expect((await all).map(({ type }) => type)).toEqual(['incident.opened', 'finding.received', 'incident.commented'])
    expect((await one).map(({ type, stream }) => [type, stream])).toEqual([['incident.commented', incident]])
  })

  it('goes on after the last event that the client saw, each event once', async () => {
    const everything = await follow('', { count: 1000, ms: 800 }, { 'last-event-id': '0' })
    const middle = everything[Math.floor(everything.length / 2)]
    const rest = await follow('', { count: 1000, ms: 800 }, { 'last-event-id': String(middle?.id) })
    expect(rest.map(({ id }) => id)).toEqual(everything.map(({ id }) => id).filter((id) => id > (middle?.id ?? 0)))
    expect(new Set(everything.map(({ id }) => id)).size).toBe(everything.length)
  })

  it('shows an event that commits after one with a higher number', async () => {
    const following = follow('', { count: 2, ms: 8000 })
    await soon()
    let commit = (): void => undefined
    const held = new Promise<void>((resolve) => (commit = resolve))
    const tell = (stream: string, text: string, until: Promise<void>) =>
      world.owner.transaction().execute(async (tx) => {
        await record(tx, {
          stream,
          type: 'incident.commented',
          actor: { kind: 'person', id: 'responder' },
          text,
          refs: {},
        })
        await until
      })
    const slow = tell('stream-slow', 'slow', held)
    await soon()
    await tell('stream-quick', 'quick', Promise.resolve())
    await soon()
    await soon()
    commit()
    await slow
    const events = await following
    expect(events.map(({ text }) => text)).toEqual(['quick', 'slow'])
    expect(events[0]?.id).toBeGreaterThan(events[1]?.id ?? 0)
  })
})
