import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '#cli/api'
import type { Answer, Options, Run } from '#cli/command'
import { answer, ask, brief, claim, list, release, verdict } from '#cli/commands/investigations'
import { everyLabel, list as labels } from '#cli/commands/labels'
import { explain, precision, problems, review, list as reviews } from '#cli/commands/reviews'
import { connectionOf } from '#cli/connection'
import type { Screen } from '#cli/screen'
import { checkedText, checkLabels } from '#cli/text/labels'
import { judgeMaterial } from '#workflows/judge-material'
import { judgedIncident } from '../api/judged.ts'
import { openWorld, tokenOf, type World } from '../api/world.ts'

let world: World
let url: string
beforeAll(async () => {
  world = await openWorld()
  url = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => world.close())

const screen: Screen = {
  isJson: false,
  isInteractive: false,
  paint: (_style, text) => text,
  say: () => undefined,
  emit: () => undefined,
}

function run(command: Run, words: readonly string[] = [], options: Options = {}): Promise<Answer> {
  const token = tokenOf('responder')
  const connection = connectionOf({ home: 'nowhere', url, token }, undefined, false)
  return command({ words, options, connection, screen, api: createApi(url, token) })
}

describe('an investigation from the command line', () => {
  it('goes from the queue to a labelled case that the rules are held against', async () => {
    expect((await run(list)).text).toBe('Nothing waits to be looked into.')
    const id = await judgedIncident(world, { user: 'by-command' })
    expect((await run(list)).text).toContain('nobody; responder could')
    expect((await run(claim, [id])).text).toContain('responder looks into it until')
    expect((await run(list)).text).toContain('responder until')
    expect((await run(release, [id])).text).not.toContain('looks into it until')

    expect((await run(brief, [id], { ask: true })).text).toContain('CloudTrail look-up: on its way')
    const { document } = await run(ask, [id, 'Was it you?'])
    await run(answer, [id, (document as { id: string }).id, 'It was'], { evidence: 'by-command' })
    const said = await run(verdict, [id, 'benign-expected'], { conclusion: 'a deployment', evidence: 'by-command' })
    expect(said.text).toContain('concluded benign-expected: a deployment')
    expect(said.text).toMatch(/question \S+ of responder: Was it you\?\n {4}responder: It was/)

    expect((await run(labels)).text).toContain('a deployment')
    const threat = await judgedIncident(world, { user: 'contradicted', kind: 'threat' })
    await run(verdict, [threat, 'posture'], { conclusion: 'ours', evidence: 'contradicted', confidence: 'low' })
    const api = createApi(url, tokenOf('auditor'))
    const text = checkedText(checkLabels(judgeMaterial, await everyLabel(api)))
    expect(text).toContain('2 labelled cases: the rules agree with 0, leave 1 to people, and contradict 1')
    expect(text).toContain('responder said posture (ours), the rules say threat')
  })

  it('says what was drawn, how often the rules were right, and what comes again', async () => {
    const id = await judgedIncident(world, { user: 'drawn' })
    await world.owner
      .insertInto('review')
      .values({ incident: id, verdict: 'posture', owner: 'responder', due_at: new Date(0) })
      .execute()
    expect((await run(reviews)).text).toContain('1970-01-01 00:00:00 late')
    expect((await run(review, [id, 'right'])).text).toContain('100.0 %')
    expect((await run(precision)).text).toContain('nothing reviewed')
    expect((await run(problems)).text).toBe('Nothing comes again.')
    const { id: problem } = await world.owner
      .insertInto('problem')
      .values({ subject: 'entity one' })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect((await run(problems)).text).toContain('nobody yet')
    expect((await run(explain, [problem], { owner: 'platform', cause: 'an old image' })).text).toContain('an old image')
  })
})
