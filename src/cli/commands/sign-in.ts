import { text as readAll } from 'node:stream/consumers'
import { password as askPassword, isCancel } from '@clack/prompts'
import { type Run, word } from '#cli/command'
import { failure, wrongUsage } from '#cli/failure'
import { table, time } from '#cli/text/table'

export const signIn: Run = async (asked) => {
  const token = await asked.api.begin('/api/sign-in', { person: word(asked), password: await password('Password') })
  return { document: { token }, text: `export CORDON_TOKEN=${token}` }
}

export const setPassword: Run = async (asked) => {
  const link = word(asked)
  const token = new URLSearchParams(link.split('#')[1] ?? `token=${link}`).get('token') ?? ''
  if (token === '') throw wrongUsage('This is no set-up link: it ends in #token=…')
  const session = await asked.api.begin('/api/sign-in/set-up', { token, password: await password('New password') })
  return {
    document: { token: session },
    text: `The password is set, and you are signed in:\nexport CORDON_TOKEN=${session}`,
  }
}

/** From the terminal without showing it, else from what is piped in. */
async function password(message: string): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll(process.stdin)).replace(/\r?\n$/, '')
  const given = await askPassword({ message })
  if (isCancel(given)) throw failure(1, 'Given up.')
  return given
}

interface Session {
  readonly id: string
  readonly person: string
  readonly means: string
  readonly address: string | null
  readonly since: string
  readonly expiresAt: string
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly sessions: readonly Session[] }>('/api/sessions')
  const rows = document.sessions.map(({ id, person, means, address, since, expiresAt }) => [
    id,
    person,
    means,
    address ?? '',
    time(since),
    time(expiresAt),
  ])
  return { document, text: table(['ID', 'PERSON', 'BY', 'FROM', 'SINCE', 'UNTIL'], rows) }
}

export const end: Run = async (asked) => {
  await asked.api.remove(`/api/sessions/${encodeURIComponent(word(asked))}`)
  return { document: { ended: true }, text: 'Ended.' }
}
