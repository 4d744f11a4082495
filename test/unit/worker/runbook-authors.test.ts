import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAuthoredIndex } from '#worker/authored-index'
import { runbookAuthors } from '#worker/runbook-authors'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-authors-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const git = (...asked: readonly string[]) => execFileSync('git', asked, { cwd: folder, stdio: 'ignore' })
function commit(file: string, text: string, email: string): void {
  writeFileSync(join(folder, file), text)
  git('add', file)
  git('-c', `user.email=${email}`, '-c', 'user.name=Somebody', 'commit', '-m', 'change', '--no-gpg-sign')
}

describe('the authors of runbooks', () => {
  it('are those of the last commit of each file', () => {
    git('init')
    commit('stop.ts', 'one', 'ada@example.org')
    commit('ask.js', 'one', 'ben@example.org')
    commit('stop.ts', 'two', 'cem@example.org')
    writeFileSync(join(folder, 'new.ts'), 'not committed')
    expect(runbookAuthors(folder, ['stop.ts', 'ask.js', 'new.ts'])).toEqual({
      stop: 'cem@example.org',
      ask: 'ben@example.org',
    })
  })

  it('are nobody where there is no repository', () => {
    writeFileSync(join(folder, 'stop.ts'), 'one')
    expect(runbookAuthors(folder, ['stop.ts'])).toEqual({})
  })
})

describe('a runbook of an author', () => {
  const write = (file: string, id: string): string => {
    writeFileSync(join(folder, file), `export const one = defineRunbook({\n  id: '${id}',\n})\n`)
    return writeAuthoredIndex({ folder, index: join(folder, 'made', 'index.js') })
  }

  it('has the name of its file, so that it is known who wrote it', () => {
    expect(() => write('stop.ts', 'other')).toThrow('stop.ts has no runbook with the id stop')
    rmSync(join(folder, 'stop.ts'))
    expect(write('ask.ts', 'ask')).toContain('index.js')
  })
})
