import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)))
const readable = tracked.filter(
  (file) => !/\.(png|jpg|gif|ico|woff2?|gz|bin)$/.test(file) && file !== 'package-lock.json',
)
const tests = tracked.filter((file) => file.startsWith('test/') && file.endsWith('.test.ts'))

/** Files with a line that matches, as `file:line`. */
const matching = (files: readonly string[], pattern: RegExp) =>
  files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim().slice(0, 100)}`] : [])),
  )

/** Written in two halves, so that this file does not hold what it looks for. */
const word = (...halves: readonly string[]) => halves.join('')

describe('the tests', () => {
  it('are never switched off, singled out or promised', () => {
    const pattern = new RegExp(
      `\\b(it|test|describe|suite)(\\.\\w+)*\\.(${['skip', 'only', 'todo', 'fails', 'skipIf', 'runIf'].join('|')})\\b`,
    )
    expect(matching(tests, pattern)).toEqual([])
  })

  it('each expect something', () => {
    expect(tests.filter((file) => !/\bexpect\w*[.(]/.test(textOf(file)))).toEqual([])
  })

  it('stand in a project that runs them', () => {
    const projects = /^test\/(unit|workflow|integration|replay|e2e|faults|bench|hour|layout)\//
    expect(tests.filter((file) => !projects.test(file))).toEqual([])
  })

  it('never replace a module of ours by a mock', () => {
    expect(matching(tests, new RegExp(`\\bvi\\.(${['mock', 'doMock'].join('|')})\\(`))).toEqual([])
  })
})

describe('the repository', () => {
  it('holds the full text of the Apache License 2.0', () => {
    expect(textOf('LICENSE')).toContain('Version 2.0, January 2004')
    expect(textOf('LICENSE')).toContain('END OF TERMS AND CONDITIONS')
    expect(JSON.parse(textOf('package.json'))).toMatchObject({ license: 'Apache-2.0' })
  })

  it('names no place on the machine of whoever wrote it', () => {
    const places = ['/work/', '/root/', '/tmp/', '/home/', '/Users/'].map((place) => word('(?<![\\w.-])', place))
    expect(matching(readable, new RegExp(`(${places.join('|')})[a-z]`))).toEqual([])
  })

  it('names no package registry', () => {
    const hosts = [
      word('registry', '\\.npmjs'),
      word('npm', 'mirror'),
      word('pypi', '\\.org'),
      word('proxy\\.', 'golang'),
      word('arti', 'factory'),
    ]
    expect(matching(readable, new RegExp(hosts.join('|')))).toEqual([])
    expect(textOf('package-lock.json')).not.toMatch(/"resolved": "http/)
  })

  it('does not say how it was made', () => {
    const tools = [
      word('clau', 'de'),
      word('anthro', 'pic'),
      word('open', 'ai'),
      word('chat', 'gpt'),
      // A data package of AWS’s service reference is called so.
      `(?<!@cloud-)${word('cop', 'ilot')}`,
      word('co-authored', '-by'),
    ]
    expect(matching(readable, new RegExp(`\\b(${tools.join('|')})\\b`, 'i'))).toEqual([])
  })

  it('has no folder or file that is named for nothing in particular', () => {
    const vague = /(^|\/)(utils?|common|helpers?|lib|types|services?|core|shared|manager|handlers?)(\/|\.[a-z]+$)/
    // AWS calls them services; the simulator has one folder of them.
    const named = tracked.filter((file) => file.startsWith('src/') && !file.startsWith('src/simulator/services/'))
    expect(named.filter((file) => vague.test(file))).toEqual([])
  })
})
