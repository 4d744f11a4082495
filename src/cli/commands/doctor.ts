import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readiness } from '#cli/answers'
import type { Api } from '#cli/api'
import type { Asked, Run } from '#cli/command'
import { isFailure } from '#cli/failure'

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly text: string
}

const AWS_NODE = 22

/** What is reachable, what is missing and what to do. Fails when something is missing. */
export const doctor: Run = async (asked) => {
  const checks = [...ourselves(asked), ...(await cordonItself(asked))]
  const isWell = checks.every(({ ok }) => ok)
  const lines = checks.map(
    ({ name, ok, text }) => `${asked.screen.paint(ok ? 'green' : 'red', ok ? 'ok     ' : 'missing')}  ${name}: ${text}`,
  )
  const notes = nodeNotes()
  const document = { ok: isWell, checks, notes, versions: process.versions }
  return { document, text: [...lines, ...notes].join('\n'), ...(isWell ? {} : { hasFailed: true as const }) }
}

function ourselves({ connection }: Asked): readonly Check[] {
  const { home, source, url } = connection
  const isThere = existsSync(join(home, 'run', 'ready.json'))
  const where =
    source === 'environment'
      ? `CORDON_URL says ${url}`
      : isThere
        ? `${home} runs at ${url}`
        : `${home} runs nothing: npm start`
  return [
    { name: 'node', ok: true, text: process.version },
    { name: 'home', ok: isThere || source === 'environment', text: where },
  ]
}

async function cordonItself({ api }: Asked): Promise<readonly Check[]> {
  const reach = await check('reach', () => api.get('/healthz'), `${api.url} answers`)
  if (!reach.ok) return [reach]
  return [reach, await check('sign-in', () => api.get('/api/me'), 'the token is valid'), ...(await partsOf(api))]
}

async function check(name: string, act: () => Promise<unknown>, text: string): Promise<Check> {
  try {
    await act()
    return { name, ok: true, text }
  } catch (error) {
    return { name, ok: false, text: error instanceof Error ? error.message : String(error) }
  }
}

async function partsOf(api: Api): Promise<readonly Check[]> {
  const { parts } = await readiness(api)
  return Object.entries(parts).map(([name, { ok, reason }]) => ({
    name,
    ok,
    text: ok ? 'ready' : (reason ?? 'not ready'),
  }))
}

/** It answers 503 with the same document when a part is missing. */
async function readiness(api: Api): Promise<Readiness> {
  try {
    return await api.get<Readiness>('/readyz')
  } catch (error) {
    if (!isFailure(error)) throw error
    const response = await fetch(new URL('/readyz', api.url))
    return (await response.json()) as Readiness
  }
}

function nodeNotes(): readonly string[] {
  if (Number(process.versions.node.split('.')[0]) >= AWS_NODE) return []
  return [
    `note: the AWS SDK asks for Node ${AWS_NODE} in its later versions; Cordon pins one that runs on ${process.version}`,
  ]
}
