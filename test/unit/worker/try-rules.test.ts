import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testFinding } from 'cordon/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noContext } from '#domain/triage/facts'
import { rulesToTry } from '#worker/try-rules'

// To bundle takes seconds.
const PATIENCE_MS = 120_000

const sources = {
  entry: fileURLToPath(new URL('../../../src/workflows/judge-material.ts', import.meta.url)),
  conditions: ['cordon-source'],
}
const finding = testFinding({ kind: 'unknown', account: '111122223333' }, { type: 'Recon:EC2/Portscan' })
const material = { context: null, cases: [{ finding, context: noContext }], beyond: 0 }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-try-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const authored = (text: string) => {
  writeFileSync(join(folder, 'own.ts'), text)
  return { folder, index: join(folder, 'index', 'index.js') }
}

describe('rules that are tried', () => {
  it(
    'are those of a folder before the shipped ones, as the worker would have them',
    async () => {
      const own = authored(`import { because, defineTriageRule } from 'cordon/runbook'
export const own = defineTriageRule({ id: 'own', title: 'Own', handles: ['Recon:*'],
  judge: (seen) => ({ verdict: 'threat', confidence: 'high', reasons: [because(seen, 'type', 'never here')] }) })`)
      const [shipped, theirs] = [await rulesToTry(sources), await rulesToTry({ ...sources, authored: own })]
      expect(shipped(material)).toMatchObject({ verdict: 'inconclusive', reasons: [{ rule: 'reconnaissance' }] })
      expect(theirs(material)).toMatchObject({ verdict: 'threat', reasons: [{ rule: 'own', text: 'never here' }] })
    },
    PATIENCE_MS,
  )

  it('are refused by name when one reaches out of the sandbox', async () => {
    const own = authored(`import { readFileSync } from 'node:fs'\nexport const own = readFileSync`)
    await expect(rulesToTry({ ...sources, authored: own })).rejects.toThrow(
      'own.ts imports node:fs: a runbook or a rule of triage runs in a sandbox without disk, network and clock',
    )
  })
})
