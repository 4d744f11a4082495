import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runbookRow } from '#domain/runbook-row'
import { runbooks } from '#runbooks/index'

const folder = new URL('../../../src/runbooks/', import.meta.url)
const sourceOf = (id: string): string => readFileSync(new URL(`${id}.ts`, folder), 'utf8')

describe('the row of a runbook', () => {
  it.each(runbooks.map((runbook) => [runbook.id, runbook] as const))(
    'of %s says without running it what it says when it runs',
    (id, { title, handles }) => {
      expect(runbookRow(id, sourceOf(id))).toMatchObject({ id, title, handles: [...handles] })
    },
  )

  it('names the actions that the file takes, in the order of the catalogue', () => {
    expect(runbookRow('x', sourceOf('compromised-user-credentials'))?.actions).toEqual([
      'denyUser',
      'deactivateAccessKeys',
      'revokeRoleSessions',
      'rotateAccessKey',
    ])
  })

  it('takes no word of a comment', () => {
    const source = `
      // actions.denyUser would be too much
      /* title: 'No', isolateInstance */
      export const one = defineRunbook({ id: 'x', title: "An owner\\'s \\"word\\"", handles: ['A:B/*', \`C\`],
        async respond(incident, { contain }) { await contain('https://example.org/x', [actions.snapshotVolumes(it)]) } })`
    expect(runbookRow('x', source)).toEqual({
      id: 'x',
      title: 'An owner\'s "word"',
      handles: ['A:B/*', 'C'],
      actions: ['snapshotVolumes'],
    })
  })

  it('leaves out what a file computes, and is none for a file without a runbook', () => {
    expect(runbookRow('x', 'defineRunbook({ id, title: titleOf(id), handles })')).toMatchObject({
      title: null,
      handles: [],
    })
    expect(runbookRow('x', 'export const rule = defineTriageRule({})')).toBeNull()
  })

  it('is there for every file of the folder that has one', () => {
    const rows = readdirSync(folder).map((file) =>
      runbookRow(file.replace('.ts', ''), readFileSync(new URL(file, folder), 'utf8')),
    )
    expect(rows.filter((row) => row !== null).map(({ id }) => id)).toEqual(runbooks.map(({ id }) => id))
  })
})
