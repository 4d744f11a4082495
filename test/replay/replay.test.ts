import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundleWorkflows } from '#worker/bundle-workflows'
import { logTemporal } from '#worker/log-temporal'
import { type ReplayedHistory, replayHistory } from '#worker/replay'

logTemporal(pino({ level: 'silent' }))

const folder = fileURLToPath(new URL('histories', import.meta.url))
const sources = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url))
const broken = fileURLToPath(new URL('broken-workflows.ts', import.meta.url))

const kept = readdirSync(folder).flatMap((branch) =>
  readdirSync(join(folder, branch)).map((file) => ({ name: `${branch}/${file}`, ...read(join(folder, branch, file)) })),
)

function read(file: string): ReplayedHistory {
  return JSON.parse(readFileSync(file, 'utf8')) as ReplayedHistory
}

const bundleOf = (entry: string): Promise<string> => bundleWorkflows({ entry, conditions: ['cordon-source'] })

describe('a history that was written once', () => {
  let bundle = ''
  beforeAll(async () => {
    bundle = await bundleOf(sources)
  })

  it('is there for every branch that an incident can take', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      'closed',
      'denied',
      'diverged',
      'drifted',
      'expired',
      'frozen',
      'lost',
      'recovered',
      'undone',
    ])
  })

  it.each(kept)('is what the workflows of now would do: $name', async (one) => {
    await expect(replayHistory(bundle, one)).resolves.toBeUndefined()
  })
})

describe('a workflow that was changed carelessly', () => {
  it('does not replay what its former self wrote', async () => {
    const bundle = await bundleOf(broken)
    const incident = kept.filter(({ workflowId }) => workflowId.startsWith('incident/'))
    expect(incident.length).toBeGreaterThan(0)
    for (const one of incident) await expect(replayHistory(bundle, one)).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/)
  })
})
