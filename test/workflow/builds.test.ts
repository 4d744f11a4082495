import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIdOf } from '#worker/builds'
import { bundleWorkflows } from '#worker/bundle-workflows'
import { approve, approveUntil, incidentOf, openPlan, planThat, stealKey } from './incident.ts'
import { openWorld, PAYMENTS, sources, type World } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'cordon-authored-'))
const index = join(folder, 'made', 'index.js')
const ours = () => bundleWorkflows({ ...sources, authored: { folder, index } })

const own = `
import { actions, defineRunbook } from 'cordon/runbook'

export const stopAndAsk = defineRunbook({
  id: 'stop-and-ask',
  title: 'Ours: stop the user and ask its team',
  handles: ['UnauthorizedAccess:IAMUser/*'],
  async respond(incident, { contain, handOver }) {
    const credential = incident.credential()
    if (credential.kind !== 'user-key') return handOver('There is no user')
    await contain('Ours: stop the user', [actions.denyUser(credential.user)])
    await handOver('Ask the team')
  },
})
`

let world: World
beforeAll(async () => {
  writeFileSync(join(folder, 'stop-and-ask.ts'), own)
  writeFileSync(join(folder, 'stop-and-ask.test.ts'), 'this is no program')
  world = await openWorld()
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

describe('a build', () => {
  it('has the same id whenever it is made of the same sources', async () => {
    const [one, other] = [await ours(), await ours()]
    expect(buildIdOf(one)).toBe(buildIdOf(other))
    expect(buildIdOf(await bundleWorkflows(sources))).not.toBe(buildIdOf(one))
  })

  it('cannot be made of a runbook that reaches for the disk', async () => {
    const wrong = mkdtempSync(join(tmpdir(), 'cordon-authored-'))
    writeFileSync(join(wrong, 'reads-disk.ts'), own.replace('import {', "import 'node:fs'\nimport {"))
    await expect(bundleWorkflows({ ...sources, authored: { folder: wrong, index } })).rejects.toThrow(
      'reads-disk.ts imports node:fs',
    )
    rmSync(wrong, { recursive: true })
  })

  it('cannot be made of a folder without runbooks', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'cordon-authored-'))
    await expect(bundleWorkflows({ ...sources, authored: { folder: empty, index } })).rejects.toThrow('no runbook')
    rmSync(empty, { recursive: true })
  })

  it('is kept by the incidents that began on it, while new ones begin on the next', async () => {
    const old = await stealKey(world)
    await openPlan(world, old)
    const build = await world.publish(folder)
    const fresh = await stealKey(world, PAYMENTS)
    const { hash } = await openPlan(world, fresh)
    expect(await incidentOf(world, fresh)).toMatchObject({ build, runbook: 'stop-and-ask' })
    await approve(world, hash)
    await planThat(world, fresh, 'is done', ({ status }) => status === 'done')
    const ended = await approveUntil(world, old, ({ status }) => status === 'recovered')
    expect(ended).toMatchObject({ build: world.build, runbook: 'compromised-user-credentials' })
  })
})
