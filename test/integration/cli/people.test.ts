import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApi } from '#cli/api'
import type { Answer, Options, Run } from '#cli/command'
import { add, change, list } from '#cli/commands/people'
import { confirm, list as listChanges } from '#cli/commands/person-changes'
import { setup } from '#cli/commands/setup'
import { end, list as listSessions, setPassword, signIn } from '#cli/commands/sign-in'
import { create, list as listTokens, revoke } from '#cli/commands/tokens'
import { connectionOf } from '#cli/connection'
import type { Screen } from '#cli/screen'
import { freshDatabase } from '../../support/postgres.ts'
import { openWorld, type World } from '../api/world.ts'

const PASSWORD = 'a password of my own'

let world: World
let url: string
beforeAll(async () => {
  world = await openWorld()
  // As a real installation begins: without anybody.
  await world.owner.deleteFrom('session').execute()
  await world.owner.deleteFrom('person').execute()
  url = await world.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await world.close()
})

const screen: Screen = {
  isJson: false,
  isInteractive: false,
  paint: (_style, text) => text,
  say: () => undefined,
  emit: () => undefined,
}

interface Asking {
  readonly words?: readonly string[]
  readonly options?: Options
  readonly token?: string
  readonly typed?: string
}

/** Runs a command as its process would, with something piped in. */
async function run(command: Run, { words = [], options = {}, token, typed }: Asking = {}): Promise<Answer> {
  const connection = connectionOf({ home: 'nowhere', url, token }, undefined, false)
  const stdin = Object.assign(new PassThrough(), { isTTY: false })
  stdin.end(`${typed ?? ''}\n`)
  const before = Object.getOwnPropertyDescriptor(process, 'stdin')
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true })
  try {
    return await command({ words, options, connection, screen, api: createApi(url, token) })
  } finally {
    if (before !== undefined) Object.defineProperty(process, 'stdin', before)
  }
}

const tokens: Record<string, string> = {}

describe('a real installation', () => {
  it('gets its first people by setup, who set passwords by their links', async () => {
    vi.stubEnv('DATABASE_URL', world.ownerUrl)
    const options = {
      approvers: 'ada:security:Ada Lovelace,ben:platform',
      operators: 'olga:operations',
      policyAdmins: 'petra:governance',
    }
    const { document, text } = await run(setup, { options })
    const { people } = document as { people: readonly { person: string; setUp: string }[] }
    expect(people.map(({ person }) => person)).toEqual(['ada', 'ben', 'olga', 'petra'])
    expect(text).toContain(`${url}/set-up#token=`)
    for (const { person, setUp } of people) {
      const done = await run(setPassword, { words: [setUp], typed: PASSWORD })
      tokens[person] = (done.document as { token: string }).token
    }
    await expect(run(setup, { options })).rejects.toThrow('There are people already')
    expect((await run(list, { token: tokens['olga'] ?? '' })).text).toMatch(/ada +Ada Lovelace +approver +security +0/)
  })

  it('refuses a setup of people who could decide nothing together, before it makes anybody', async () => {
    const empty = await freshDatabase()
    vi.stubEnv('DATABASE_URL', empty.ownerUrl)
    await expect(run(setup, { options: { approvers: 'ada:security' } })).rejects.toThrow('Two approvers of two groups')
    await expect(run(setup, { options: { approvers: 'ada' } })).rejects.toMatchObject({ exit: 2 })
    await expect(run(setup)).rejects.toMatchObject({ exit: 2 })
    await empty.drop()
  })

  it('finds the database of a running home, whose password only its owner reads', async () => {
    vi.unstubAllEnvs()
    const empty = await freshDatabase()
    const home = mkdtempSync(join(tmpdir(), 'cordon-setup-'))
    vi.stubEnv('CORDON_HOME', home)
    const options = { approvers: 'a:x,b:y', operators: 'o:p', policyAdmins: 'q:r' }
    const at = (database: URL | undefined): Promise<Answer> => {
      const connection = connectionOf({ home }, undefined, false)
      const servers = { ...connection.servers, database: database?.href }
      return setup({
        words: [],
        options,
        connection: { ...connection, servers },
        screen,
        api: createApi(url, undefined),
      })
    }
    await expect(at(undefined)).rejects.toThrow('Nothing runs in')
    const owner = new URL(empty.ownerUrl)
    mkdirSync(join(home, 'secrets'))
    writeFileSync(join(home, 'secrets', 'postgres-password'), `${decodeURIComponent(owner.password)}\n`)
    owner.password = ''
    expect((await at(owner)).text).toContain('good once, for an hour')
    rmSync(home, { recursive: true })
    await empty.drop()
    vi.unstubAllEnvs()
  })

  it('lets people sign in with a password, see their sign-ins and end them', async () => {
    const { text, document } = await run(signIn, { words: ['ada'], typed: PASSWORD })
    const { token } = document as { token: string }
    expect(text).toBe(`export CORDON_TOKEN=${token}`)
    await expect(run(signIn, { words: ['ada'], typed: 'something else' })).rejects.toMatchObject({ status: 401 })
    const { sessions } = (await run(listSessions, { token })).document as {
      sessions: readonly { id: string; isThis: boolean }[]
    }
    const own = sessions.find(({ isThis }) => isThis)
    await run(end, { words: [own?.id ?? ''], token })
    await expect(run(listSessions, { token })).rejects.toMatchObject({ status: 401 })
  })

  it('takes in another approver with two people, and a viewer with one', async () => {
    const [olga = '', petra = ''] = [tokens['olga'], tokens['petra']]
    const viewer = await run(add, { words: ['vic'], token: olga })
    expect(viewer.text).toContain('/set-up#token=')
    const asked = await run(add, { words: ['cem'], options: { roles: 'approver', groups: 'network' }, token: olga })
    const [, id = ''] = /cordon people confirm (\S+)/.exec(asked.text) ?? []
    expect((await run(listChanges, { token: petra })).text).toContain(id)
    expect((await run(confirm, { words: [id], token: petra })).text).toContain('cem is as was proposed.')
    expect((await run(change, { words: ['vic'], options: { roles: 'approver' }, token: petra })).text).toContain(
      'second person',
    )
    expect((await run(listChanges, { token: olga })).text).toContain('vic')
  })

  it('makes, lists and revokes API tokens', async () => {
    const token = tokens['olga'] ?? ''
    const options = { name: 'intake', scope: 'findings', from: '127.0.0.1,::1', expires: '90d' }
    const { text, document } = await run(create, { options, token })
    expect(text).toMatch(/^cordon_pat_/)
    const { id, token: made } = document as { id: string; token: string }
    expect((await run(listTokens, { token })).text).toContain('127.0.0.1, ::1')
    await expect(run(list, { token: made })).rejects.toMatchObject({ status: 403 })
    await run(revoke, { words: [id], token })
    expect((await run(listTokens, { token })).text).not.toContain(id)
    await expect(run(create, { options: { ...options, expires: 'soon' }, token })).rejects.toMatchObject({ exit: 2 })
  })
})
