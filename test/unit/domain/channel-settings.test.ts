import { describe, expect, it } from 'vitest'
import { type ChannelWishes, configuredChannels, readChannels } from '#domain/channel-settings'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const none: ChannelWishes = {
  webhookUrl: undefined,
  webhookSecret: undefined,
  smtpUrl: undefined,
  publicUrl: 'https://cordon.example',
}
const read = (wishes: Partial<ChannelWishes>) => readChannels({ ...none, ...wishes })
const mail = (smtpUrl: string) => read({ smtpUrl }).settings.mail

describe('settings of channels', () => {
  it('are none when nothing is said', () => {
    expect(read({})).toEqual({ settings: {}, problems: [] })
  })

  it('are a webhook by its address and its secret, each useless without the other', () => {
    const webhookUrl = 'https://hooks.example.com/cordon?key=value'
    expect(read({ webhookUrl, webhookSecret: secret }).settings.webhook).toEqual({ url: webhookUrl, secret })
    expect(read({ webhookUrl }).problems.join()).toContain('CORDON_WEBHOOK_SECRET is missing')
    expect(read({ webhookSecret: secret }).problems.join()).toContain('CORDON_WEBHOOK_URL is missing')
  })

  it.each(['secret', 'whsec_', 'whsec_a', 'whsec_ab!d', `${secret}=`])('refuse the secret %s', (webhookSecret) => {
    expect(read({ webhookUrl: 'https://hooks.example.com', webhookSecret }).problems).toHaveLength(1)
  })

  it('are a mail server, with STARTTLS or TLS by its scheme and the usual port', () => {
    expect(mail('smtp://mail.example.com')).toEqual({
      host: 'mail.example.com',
      port: 587,
      isTls: false,
      isLocal: false,
      login: null,
      from: 'cordon@cordon.example',
      to: null,
    })
    expect(mail('smtps://mail.example.com')).toMatchObject({ port: 465, isTls: true })
    expect(mail('smtp://[::1]:2525')).toMatchObject({ host: '::1', port: 2525 })
  })

  it('know a server on this machine from one elsewhere, and read what logs in', () => {
    expect(mail('smtp://me:p%40ss@mail.example.com')).toMatchObject({
      isLocal: false,
      login: { user: 'me', pass: 'p@ss' },
    })
    expect(mail('smtp://me:pass@127.0.0.1:2525')).toMatchObject({ isLocal: true })
  })

  it('let the address say who writes and, for all pages, to whom', () => {
    const settings = read({ smtpUrl: 'smtp://mail.example.com?from=soc@example.com&to=pager@example.com' })
    expect(settings.settings.mail).toMatchObject({ from: 'soc@example.com', to: 'pager@example.com' })
    expect(configuredChannels(settings.settings)).toEqual([{ name: 'mail', isByAddress: false }])
    expect(configuredChannels(read({ smtpUrl: 'smtp://mail.example.com' }).settings)).toEqual([
      { name: 'mail', isByAddress: true },
    ])
  })

  it.each([
    { webhookUrl: 'ftp://topsecret', webhookSecret: secret },
    { webhookUrl: 'https://me:topsecret@hooks.example.com', webhookSecret: secret },
    { webhookUrl: 'https://hooks.example.com', webhookSecret: 'topsecret' },
    { smtpUrl: 'http://topsecret' },
    { smtpUrl: 'smtp://me:topsecret%zz@mail.example.com' },
    { smtpUrl: 'smtp://mail.example.com?topsecret=1' },
    { smtpUrl: 'smtp://mail.example.com?from=topsecret' },
  ])('that are wrong are told without being repeated (%#)', (wishes) => {
    const { problems, settings } = read(wishes)
    expect(settings).toEqual({})
    expect(problems).toHaveLength(1)
    expect(problems.join()).not.toContain('topsecret')
  })
})
