import { describe, expect, it } from 'vitest'
import { eventBytes } from '#audit/event'

const event = {
  stream: 'inc-1',
  seq: 1,
  at: '2026-01-02T03:04:05.678Z',
  actor: { kind: 'person', id: 'mara' },
  type: 'vote.cast',
  refs: { plan: 'abc' },
  text: 'Mara approved',
  body: { decision: 'approve' },
} as const

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('eventBytes', () => {
  it('writes every member of an event, canonically, with the version of the form', () => {
    expect(text(eventBytes(event))).toBe(
      '{"actor":{"id":"mara","kind":"person"},"at":"2026-01-02T03:04:05.678Z","body":{"decision":"approve"},' +
        '"refs":{"plan":"abc"},"seq":1,"stream":"inc-1","text":"Mara approved","type":"vote.cast","v":1}',
    )
  })

  it('leaves the body out when there is none', () => {
    const { body: _, ...bare } = event
    expect(text(eventBytes(bare))).not.toContain('body')
  })

  it('writes nothing that an event does not name', () => {
    expect(eventBytes({ ...event, secret: 'x' } as typeof event)).toEqual(eventBytes(event))
  })
})
