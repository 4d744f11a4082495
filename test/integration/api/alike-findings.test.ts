import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distinctFindings } from '#store/findings/distinct-findings'
import { judgingOf } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const from = (address: string, sent: ReturnType<typeof finding>) => {
  sent.service.action.awsApiCallAction.remoteIpDetails.ipAddressV4 = address
  return sent
}

async function sendAll(all: readonly object[]): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', [...all])
  expect(body.accepted).toBe(all.length)
  return body.incidents[0].incident
}

describe('findings of one incident that say the same', () => {
  const minute = (at: string) => `2026-11-24T08:${at}.000Z`

  it('are judged once a minute, whatever their ids, and all of them are kept', async () => {
    const storm = Array.from({ length: 600 }, (_, at) =>
      finding({ id: `same-${at}`, user: 'storm', updatedAt: minute(`0${at % 2}:30`) }),
    )
    const incident = await sendAll(storm)
    const { cases, beyond } = await materialOf(world.owner, incident)
    expect({ cases: cases.length, beyond }).toEqual({ cases: 2, beyond: 0 })
    const { body } = await world.call('GET', `/api/findings?incident=${incident}&limit=200`, 'auditor')
    expect(body).toMatchObject({ next: expect.any(String) })
  })

  it('are told apart by anything else that they say', async () => {
    const incident = await sendAll([
      finding({ id: 'once', user: 'apart' }),
      finding({ id: 'twice', user: 'apart' }),
      finding({ id: 'graver', user: 'apart', severity: 9 }),
      from('203.0.113.7', finding({ id: 'elsewhere', user: 'apart' })),
    ])
    const { findings } = await distinctFindings(world.owner, incident)
    expect(findings.map((one) => one.finding.id).toSorted()).toEqual(['elsewhere', 'graver', 'once'])
  })

  it('are so many at most that an answer of the record holds them; the gravest are among them, and how many are not is known', async () => {
    const many = Array.from({ length: 450 }, (_, at) =>
      from(
        `198.18.${Math.trunc(at / 250)}.${at % 250}`,
        finding({ id: `other-${at}`, user: 'many', severity: at === 449 ? 9 : 5 }),
      ),
    )
    const incident = await sendAll(many)
    const { findings, beyond } = await distinctFindings(world.owner, incident)
    expect({ findings: findings.length, beyond }).toEqual({ findings: 200, beyond: 250 })
    expect(findings.map((one) => one.finding.id)).toContain('other-449')
    const answer = await judgingOf(world.owner, { incident, episode: 1 })
    expect(answer).toHaveProperty('cases.length', 200)
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(512 * 1024)
  })
})
