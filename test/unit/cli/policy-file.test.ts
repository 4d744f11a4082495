import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, schema } from '#cli/commands/policy-file'
import { ask } from './asking.ts'

// Nobody listens there: these commands ask nobody.
const nobody = { url: 'http://127.0.0.1:1' }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-policy-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (text: string): string => {
  const path = join(folder, 'policy.yaml')
  writeFileSync(path, text)
  return path
}

describe('policy check', () => {
  it('says every problem with its line, and fails', async () => {
    const path = file('clocks:\n  decideBy: soon\nsurprise: true\n')
    const { document, text, hasFailed } = await ask(check, nobody, { words: [path] })
    expect(hasFailed).toBe(true)
    expect(document).toMatchObject({
      valid: false,
      problems: expect.arrayContaining([
        expect.objectContaining({ line: 2, path: 'clocks.decideBy' }),
        expect.objectContaining({ line: 3, path: 'surprise' }),
      ]),
    })
    expect(text).toContain(`${path}:2: clocks.decideBy must be a duration`)
  })

  it('says what would mean something else than it says', async () => {
    const path = file('overrides:\n  - for: { tags: { a: b } }\n    set:\n      mode: automatic\n')
    const { document } = await ask(check, nobody, { words: [path] })
    expect(document).toMatchObject({ problems: [{ line: 4, path: 'overrides.0.set.mode' }] })
  })

  it('is content with the shipped policies, and reads the shipped one when none is named', async () => {
    for (const words of [[], ['policies/demo.yaml'], ['policies/default.yaml']]) {
      const { document, hasFailed } = await ask(check, nobody, { words })
      expect(document).toMatchObject({ valid: true, problems: [], digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
      expect(hasFailed).toBeUndefined()
    }
  })
})

describe('policy schema', () => {
  it('prints the JSON Schema', async () => {
    const { document, text } = await ask(schema, nobody)
    expect(document).toMatchObject({ title: 'Cordon policy', properties: { overrides: {}, freezes: {} } })
    expect(JSON.parse(text)).toEqual(document)
  })
})
