import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from '../integration/api/findings-made.ts'
import { ask } from '../support/ask.ts'
import { type Home, newHome, prepare } from './installation.ts'

/** Of accounts that nobody simulates. Nothing is registered, so nothing is asked of AWS; these would not be answered either. */
const real = {
  CORDON_AWS: 'real',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not a key',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const PASSWORD = 'a password of my own'
const SHIPPED = fileURLToPath(new URL('../../policies/demo.yaml', import.meta.url))

let home: Home
beforeAll(async () => {
  prepare()
  home = await newHome(undefined, real)
  await home.start()
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

const call = (path: string, body?: object, token?: string) =>
  ask({ url: `http://127.0.0.1:${home.port}`, token }, path, body)

describe('npm start with real accounts', () => {
  it('gives nobody a way in, and simulates nothing', async () => {
    const { tokens, processes, database, aws } = home.ready() as Partial<ReturnType<Home['ready']>>
    expect(tokens ?? {}).toEqual({})
    expect(processes?.map(({ name }) => name)).not.toContain('simulator')
    expect(new URL(database ?? '').password).toBe('')
    expect(JSON.stringify(aws ?? {})).not.toContain('111122223333')
    expect(home.printed()).not.toContain('drill')
    for (const path of ['/api/incidents', '/api/people', '/api/accounts', '/api/policy'])
      expect(await call(path)).toMatchObject({ status: 401 })
    expect(await call('/api/findings', finding())).toMatchObject({ status: 401 })
  })

  it('lets the owner of its database make the first people, who find no accounts, no drills and a policy by which nothing is changed', async () => {
    const made = home.cordon(
      'setup',
      '--approvers=ada:security,ben:platform',
      '--operators=olga:operations',
      '--policy-admins=petra:governance',
      '--json',
    )
    expect(made.stderr).toBe('')
    const { people } = JSON.parse(made.stdout) as { people: { person: string; setUp: string }[] }
    expect(people.map(({ person }) => person)).toEqual(['ada', 'ben', 'olga', 'petra'])
    const { setUp = '' } = people.find(({ person }) => person === 'olga') ?? {}
    const token = await signedIn(setUp.slice(setUp.indexOf('token=') + 'token='.length))
    expect((await call('/api/accounts', undefined, token)).body).toMatchObject({ accounts: [] })
    expect((await call('/api/people', undefined, token)).body.people).toHaveLength(people.length)
    const { body } = await call('/api/policy', undefined, token)
    expect(JSON.stringify(body)).toContain('"default":"observe"')
    expect((await call('/api/drills', undefined, token)).body).toMatchObject({ drills: [] })
  })

  it('never becomes a demo, and takes no policy of one', async () => {
    await home.stop()
    const demo = await newHome(home.folder)
    await expect(demo.start()).rejects.toThrow('stays so: choose another CORDON_HOME')
    const other = await newHome(undefined, { ...real, CORDON_POLICY: SHIPPED })
    await expect(other.start()).rejects.toThrow('The demo policy is for simulated accounts')
    other.remove()
  })
})

/** The session that setting a password with the link begins. */
async function signedIn(setUp: string): Promise<string> {
  const reply = await fetch(`http://127.0.0.1:${home.port}/api/sign-in/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
    body: JSON.stringify({ token: setUp, password: PASSWORD }),
  })
  expect(reply.status).toBe(200)
  return /cordon_session=([^;]+)/.exec(reply.headers.getSetCookie().join(';'))?.[1] ?? ''
}
