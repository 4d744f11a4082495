import { afterEach, describe, expect, it } from 'vitest'
import { mailChannel } from '#activities/channels/mail'
import type { MailSettings } from '#domain/channel-settings'
import { type PageFacts, pageMessage } from '#domain/page-message'
import { type MailServer, type MailServerOptions, startMailServer } from '../../support/mail-server.ts'

const facts: PageFacts = {
  id: 'page-1',
  incident: 'inc-1',
  title: 'A key',
  severity: 'high',
  level: 1,
  person: { id: 'ada', name: 'Ada “the first”', email: 'ada@cordon.example' },
  text: 'threat: “a key”',
  plan: null,
  isDigest: false,
  isMessage: false,
}
const message = pageMessage(facts, 'https://cordon.example')

const opened: MailServer[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop()
})

async function serverThat(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options)
  opened.push(server)
  return server
}

const settingsFor = ({ host, port }: Pick<MailServer, 'host' | 'port'>): MailSettings => ({
  host,
  port,
  isTls: false,
  isLocal: true,
  login: null,
  from: 'cordon@cordon.example',
  to: null,
})
const patience = { ms: 5_000, signal: new AbortController().signal }

describe('a mail', () => {
  it('reaches the person, names incident and severity, and has the link', async () => {
    const server = await serverThat()
    const attempt = await mailChannel(settingsFor(server))(message, patience)
    expect(attempt).toMatchObject({ kind: 'taken', receipt: expect.stringContaining('queued as TEST') })
    expect(server.received).toHaveLength(1)
    expect(server.received[0]).toMatchObject({
      to: ['ada@cordon.example'],
      text: message.letter,
      headers: {
        subject: message.subject,
        from: 'Cordon <cordon@cordon.example>',
        'message-id': '<page-1@cordon.example>',
        'auto-submitted': 'auto-generated',
      },
    })
  })

  it('is the same message when it is sent again', async () => {
    const server = await serverThat()
    const send = mailChannel(settingsFor(server))
    await send(message, patience)
    await send(message, patience)
    const ids = server.received.map(({ headers }) => headers['message-id'])
    expect(ids).toEqual(['<page-1@cordon.example>', '<page-1@cordon.example>'])
  })

  it('goes to the one mailbox for all, when there is one', async () => {
    const server = await serverThat()
    await mailChannel({ ...settingsFor(server), to: 'soc@example.com' })(message, patience)
    expect(server.received[0]?.to).toEqual(['soc@example.com'])
  })

  it('cannot reach somebody without an address', async () => {
    const { person, ...others } = facts
    const nowhere = pageMessage({ ...others, person: { id: person.id, name: person.name } }, 'https://cordon.example')
    const attempt = await mailChannel(settingsFor(await serverThat()))(nowhere, patience)
    expect(attempt).toEqual({ kind: 'refused', problem: 'ada has no e-mail address' })
  })

  it('is tried again when the server puts it off, and not when it refuses', async () => {
    const answerOf = async (responseCode: number) => {
      const server = await serverThat({ refuses: { responseCode, message: 'no' } })
      return mailChannel(settingsFor(server))(message, patience)
    }
    expect(await answerOf(451)).toEqual({ kind: 'failed', problem: 'the mail server put it off (451)' })
    expect(await answerOf(550)).toEqual({ kind: 'refused', problem: 'the mail server refused it (550)' })
  })

  it('gives no password to a server elsewhere that cannot encrypt, and says nothing of it', async () => {
    const server = await serverThat()
    const login = { user: 'me', pass: 'topsecret' }
    const attempt = await mailChannel({ ...settingsFor(server), login, isLocal: false })(message, patience)
    expect(attempt.kind).not.toBe('taken')
    expect(JSON.stringify(attempt)).not.toContain('topsecret')
    expect(server.received).toEqual([])
  })

  it('asks nobody on this machine for a certificate, and everybody elsewhere', async () => {
    const server = await serverThat({ encrypts: true })
    expect((await mailChannel(settingsFor(server))(message, patience)).kind).toBe('taken')
    expect((await mailChannel({ ...settingsFor(server), isLocal: false })(message, patience)).kind).toBe('failed')
    expect(server.received).toHaveLength(1)
  })

  it('is tried again when nobody is there', async () => {
    const server = await startMailServer()
    await server.stop()
    expect(await mailChannel(settingsFor(server))(message, patience)).toMatchObject({ kind: 'failed' })
  })
})
