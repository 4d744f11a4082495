import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readApiConfig } from '#config'
import { type Account, CLIENT, type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts'
import { openWorld, type World } from './world.ts'

const PUBLIC_URL = 'http://localhost:7400'
const CALLBACK = `${PUBLIC_URL}/api/sign-in/oidc/callback`

let provider: IdentityProvider
let world: World
beforeAll(async () => {
  provider = await startIdentityProvider(CALLBACK)
  const { oidc } = readApiConfig({
    DATABASE_URL: 'postgres://127.0.0.1/cordon',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    CORDON_OIDC_ISSUER: provider.issuer,
    CORDON_OIDC_CLIENT_ID: CLIENT.id,
    CORDON_OIDC_CLIENT_SECRET: CLIENT.secret,
    CORDON_OIDC_ROLES:
      'staff=viewer; responders=responder@response; cordon-approvers=approver,responder@security; auditors=auditor@audit',
  })
  world = await openWorld({ oidc })
})
afterAll(async () => {
  await world.close()
  await provider.stop()
})
beforeEach(() => world.owner.deleteFrom('sign_in_attempt').execute())

const ada: Account = { sub: 'subject-of-ada', name: 'Ada Lovelace', email: 'ada@example.com', groups: ['staff'] }

/** Sets off for the provider, and stops where it sends the browser back. */
async function travel(account: Account): Promise<{ readonly address: string; readonly cookie: string }> {
  provider.become(account)
  const departure = await world.app.inject({ method: 'GET', url: '/api/sign-in/oidc' })
  if (departure.statusCode !== 302) throw new Error(`${departure.statusCode}: ${departure.body}`)
  const cookie = String(departure.headers['set-cookie']).split(';')[0] ?? ''
  const jar = new Map<string, string>()
  let address = String(departure.headers.location)
  while (!address.startsWith(PUBLIC_URL)) {
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await fetch(address, { redirect: 'manual', headers: { cookie: cookies } })
    for (const set of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      jar.set(name, value)
    }
    address = new URL(reply.headers.get('location') ?? '', address).href
  }
  return { address, cookie }
}

async function arrive({ address, cookie }: { readonly address: string; readonly cookie: string }) {
  const { pathname, search } = new URL(address)
  const reply = await world.app.inject({ method: 'GET', url: `${pathname}${search}`, headers: { cookie } })
  const session = [reply.headers['set-cookie'] ?? []]
    .flat()
    .find((set) => set.startsWith('cordon_session='))
    ?.split(';')[0]
  return {
    status: reply.statusCode,
    location: reply.headers.location,
    code: reply.body.startsWith('{') ? reply.json().code : null,
    session,
  }
}

async function signIn(account: Account) {
  const arrived = await arrive(await travel(account))
  const me = await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie: arrived.session ?? '' } })
  return { ...arrived, person: me.statusCode === 200 ? me.json().person : null }
}

describe('signing in by the identity provider', () => {
  it('is offered where one is set up', async () => {
    expect((await world.call('GET', '/api/sign-in')).body).toEqual({ password: true, oidc: true })
  })

  it('makes a person by what the configuration says of the claim, and sends the browser to the page', async () => {
    const { status, location, person } = await signIn(ada)
    expect({ status, location }).toEqual({ status: 303, location: '/' })
    expect(person).toMatchObject({
      id: expect.stringMatching(/^oidc-[0-9a-f]{12}$/),
      name: 'Ada Lovelace',
      roles: ['viewer'],
    })
  })

  it('knows somebody by issuer and subject, never by name or mail', async () => {
    const { person } = await signIn(ada)
    expect((await signIn({ ...ada, name: 'Ada King', email: 'king@example.com' })).person.id).toBe(person.id)
    const impostor = await signIn({ ...ada, sub: 'another-subject' })
    expect(impostor.person.id).not.toBe(person.id)
  })

  it('gives nothing to whoever the configuration does not know', async () => {
    expect(
      await signIn({ ...ada, sub: 'stranger', groups: ['root', 'admin', '__proto__', 'constructor'] }),
    ).toMatchObject({
      status: 403,
      code: 'not_permitted',
      person: null,
    })
  })

  it('makes an approver only when a second person has confirmed it, and only once asks for it', async () => {
    const ben: Account = { sub: 'subject-of-ben', name: 'Ben', groups: ['cordon-approvers'] }
    const first = await signIn(ben)
    expect(first.person.roles).toEqual(['responder'])
    await signIn(ben)
    const { changes } = (await world.call('GET', '/api/people/changes', 'auditor')).body
    const waiting = changes.filter(({ person }: { person: string }) => person === first.person.id)
    expect(waiting).toMatchObject([
      { kind: 'person', wish: { roles: ['approver', 'responder'], groups: ['security'] } },
    ])
    expect((await world.call('POST', `/api/people/changes/${waiting[0].id}/confirm`, 'operator')).status).toBe(200)
    expect((await signIn(ben)).person.roles).toEqual(['approver', 'responder'])
    // What the provider takes away is gone at once.
    expect((await signIn({ ...ben, groups: ['staff'] })).person).toMatchObject({ roles: ['viewer'], groups: [] })
  })

  it('lets nobody in who was disabled here', async () => {
    const { person } = await signIn({ ...ada, sub: 'leaver' })
    await world.call('POST', `/api/people/${person.id}/disable`, 'operator')
    expect(await signIn({ ...ada, sub: 'leaver' })).toMatchObject({ status: 403, person: null })
  })
})

describe('what comes back from the provider', () => {
  it('is good once, and only in the browser that set off', async () => {
    const back = await travel(ada)
    expect(await arrive({ ...back, cookie: '' })).toMatchObject({ status: 401, code: 'not_authenticated' })
    expect(await arrive({ ...back, cookie: 'cordon_oidc=another' })).toMatchObject({ status: 401 })
    expect((await arrive(back)).status).toBe(303)
    expect(await arrive(back)).toMatchObject({ status: 401 })
  })

  it('is refused after ten minutes', async () => {
    const back = await travel(ada)
    await world.owner.updateTable('oidc_sign_in').set({ expires_at: new Date() }).execute()
    expect(await arrive(back)).toMatchObject({ status: 401 })
  })

  it.each(['nonce', 'verifier'] as const)('is refused when the %s is not the one that was sent', async (part) => {
    const back = await travel(ada)
    await world.owner
      .updateTable('oidc_sign_in')
      .set({ [part]: 'x'.repeat(43) })
      .execute()
    expect(await arrive(back)).toMatchObject({ status: 401, code: 'not_authenticated' })
  })

  it('is refused when it names another code or another issuer', async () => {
    const back = await travel(ada)
    expect(await arrive({ ...back, address: back.address.replace(/code=[^&]+/, 'code=forged') })).toMatchObject({
      status: 401,
    })
    const other = await travel(ada)
    const address = other.address.replace(/iss=[^&]+/, `iss=${encodeURIComponent('http://127.0.0.1:9')}`)
    expect(await arrive({ ...other, address })).toMatchObject({ status: 401 })
  })
})

describe('an identity provider that tells groups apart from the ID token', () => {
  it('is asked for them', async () => {
    const kept = { provider, world }
    try {
      provider = await startIdentityProvider(CALLBACK, 'userinfo')
      const { oidc } = readApiConfig({
        DATABASE_URL: 'postgres://127.0.0.1/cordon',
        TEMPORAL_ADDRESS: '127.0.0.1:7233',
        CORDON_OIDC_ISSUER: provider.issuer,
        CORDON_OIDC_CLIENT_ID: CLIENT.id,
        CORDON_OIDC_CLIENT_SECRET: CLIENT.secret,
        CORDON_OIDC_ROLES: 'responders=responder@response',
      })
      world = await openWorld({ oidc })
      expect((await signIn({ ...ada, groups: ['responders'] })).person).toMatchObject({
        name: 'Ada Lovelace',
        roles: ['responder'],
        groups: ['response'],
      })
      await world.close()
      await provider.stop()
    } finally {
      ;({ provider, world } = kept)
    }
  })
})

describe('an identity provider that is down', () => {
  it('is said to be, and keeps nobody with a password out', async () => {
    const { oidc } = readApiConfig({
      DATABASE_URL: 'postgres://127.0.0.1/cordon',
      TEMPORAL_ADDRESS: '127.0.0.1:7233',
      CORDON_OIDC_ISSUER: 'http://127.0.0.1:9',
      CORDON_OIDC_CLIENT_ID: CLIENT.id,
      CORDON_OIDC_CLIENT_SECRET: CLIENT.secret,
      CORDON_OIDC_ROLES: 'staff=viewer',
    })
    const lonely = await openWorld({ oidc })
    expect(await lonely.call('GET', '/api/sign-in/oidc')).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect((await lonely.call('GET', '/api/me', 'approver1')).status).toBe(200)
    await lonely.close()
  })
})

describe('the settings of the identity provider', () => {
  const settings = {
    DATABASE_URL: 'postgres://127.0.0.1/cordon',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
    CORDON_OIDC_ISSUER: 'https://id.example.com',
    CORDON_OIDC_CLIENT_ID: 'cordon',
    CORDON_OIDC_CLIENT_SECRET: 'a secret that is not repeated',
    CORDON_OIDC_ROLES: 'staff=viewer',
  }

  it.each<readonly [string, Record<string, string>, string]>([
    ['without https elsewhere', { CORDON_OIDC_ISSUER: 'http://id.example.com' }, 'needs https'],
    ['without a mapping', { CORDON_OIDC_ROLES: '' }, 'CORDON_OIDC_ROLES is missing'],
    ['with a role that is none', { CORDON_OIDC_ROLES: 'staff=god' }, 'CORDON_OIDC_ROLES has “staff=god”'],
    ['without a secret', { CORDON_OIDC_CLIENT_SECRET: '' }, 'or CORDON_OIDC_CLIENT_SECRET_FILE'],
    ['with a proxy that is no address', { CORDON_TRUSTED_PROXIES: 'everybody' }, 'no address or range'],
  ])('are refused %s', (_, changed, reason) => {
    expect(() => readApiConfig({ ...settings, ...changed })).toThrow(reason)
    try {
      readApiConfig({ ...settings, ...changed })
    } catch (error) {
      expect(String(error)).not.toContain('not repeated')
    }
  })
})
