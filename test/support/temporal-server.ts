import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readStartConfig } from '#config'

const PROGRAMS = { server: 'cmd/server', sql: 'cmd/tools/sql' } as const

/** The full server and the tool for its schemas, by their files. */
export type TemporalPrograms = Readonly<Record<keyof typeof PROGRAMS, string>>

/** Temporal's server for production, built once with Go and kept for every clone of this user. Throws with what Go says. */
export async function fullServer(version: string): Promise<TemporalPrograms> {
  const { cache, environment } = readStartConfig()
  const folder = join(cache, `temporal-server-${version}`)
  const programs = { server: join(folder, 'server'), sql: join(folder, 'sql') }
  if (Object.values(programs).every((file) => existsSync(file))) return programs
  process.stdout.write(`Building Temporal's server ${version} with Go, once: about four minutes …\n`)
  const fresh = `${folder}.${process.pid}.new`
  mkdirSync(fresh, { recursive: true })
  const packages = Object.values(PROGRAMS).map((path) => `go.temporal.io/server/${path}@${version}`)
  const go = spawn('go', ['install', ...packages], {
    env: { ...environment.all, CGO_ENABLED: '0', GOBIN: fresh, GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  go.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(go, 'exit').catch((error: unknown) => {
    throw new Error('The layout needs Temporal’s full server, which is built with Go 1.26 or later: install Go.', {
      cause: error,
    })
  })) as [number | null]
  if (code !== 0) throw new Error(`Temporal’s server ${version} could not be built:\n${said}`)
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
  return programs
}
