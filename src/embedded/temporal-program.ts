import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Where a Temporal server may be found or made. */
export interface TemporalSources {
  /** TEMPORAL_CLI_PATH. */
  readonly program: string | undefined
  readonly searchPath: string
  /** For programs that are fetched or built once, for every home of this user. */
  readonly cache: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Tells a person what takes its time. */
  readonly say: (sentence: string) => void
  /** Aborted when it is not wanted any more. */
  readonly signal: AbortSignal
}

/** The last release that `go install` builds. Source: github.com/temporalio/cli, no `replace` in its go.mod. */
const BUILT_VERSION = 'v1.5.1'
const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal'
const NONE =
  'There is no Temporal server: install the `temporal` command (or Go 1.25 or later, which builds it once), set TEMPORAL_CLI_PATH to it, or set TEMPORAL_ADDRESS to a server that runs.'

/** The `temporal` program: as it is named, on the path, from the cache, downloaded by the SDK, or built with Go; the first that there is. */
export async function temporalProgram(sources: TemporalSources): Promise<string> {
  const { program, searchPath, cache } = sources
  if (program !== undefined) {
    if (!isExecutable(program))
      throw new Error(`TEMPORAL_CLI_PATH is “${program}”, which is no program that can be run.`)
    return program
  }
  const onPath = searchPath.split(delimiter).map((folder) => join(folder, EXECUTABLE))
  const there = [...onPath, builtIn(cache), ...downloadedIn(cache)].find(isExecutable)
  return there ?? (await downloaded(sources)) ?? (await buildTemporal(sources)) ?? fail()
}

const builtIn = (cache: string): string => join(cache, `temporal-${BUILT_VERSION}`, EXECUTABLE)

/** What the SDK downloaded; the name is its own. */
const downloadedIn = (cache: string): readonly string[] =>
  existsSync(cache)
    ? readdirSync(cache)
        .filter((name) => name.startsWith('temporal-sdk-typescript-'))
        .map((name) => join(cache, name))
    : []

const fail = (): never => {
  throw new Error(NONE)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return existsSync(file)
  } catch {
    // Missing, or not for us: then it is none.
    return false
  }
}

const DOWNLOAD_HOST = 'https://temporal.download/cli/default'
const DOWNLOAD_CONNECT_MS = 5_000

/** The SDK’s own download, where its host can be reached. */
async function downloaded({ cache, say }: TemporalSources): Promise<string | undefined> {
  if (!(await answers(DOWNLOAD_HOST))) return undefined
  say('Downloading a Temporal server, once …')
  const { TestWorkflowEnvironment } = await import('@temporalio/testing')
  mkdirSync(cache, { recursive: true })
  // Starting one is the SDK’s way to download one; what it fetched stays in the folder.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: cache } },
  })
  await environment.teardown()
  return downloadedIn(cache).find(isExecutable)
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(DOWNLOAD_CONNECT_MS) })
    return response.ok
  } catch {
    // Behind a closed network there is no such host: the next way is tried.
    return false
  }
}

const TELL_EVERY_MS = 15_000

/** Builds one with Go, whole or not at all; undefined where there is no Go. Throws with what Go says. */
export async function buildTemporal({ cache, environment, say, signal }: TemporalSources): Promise<string | undefined> {
  const target = builtIn(cache)
  const folder = `${dirname(target)}.${process.pid}.new`
  mkdirSync(folder, { recursive: true })
  const child = spawn('go', ['install', `github.com/temporalio/cli/cmd/temporal@${BUILT_VERSION}`], {
    env: { ...environment, CGO_ENABLED: '0', GOBIN: folder, GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 'no go' : error.message))
    child.once('exit', (code) => resolve(code === 0 ? 'built' : `exit ${code}`))
  })
  const telling = new AbortController()
  void tellProgress(say, telling.signal)
  const how = await ended
  telling.abort()
  signal.throwIfAborted()
  if (how === 'no go') return undefined
  if (how !== 'built') throw new Error(`The Temporal server could not be built with Go (${how}):\n${said.trimEnd()}`)
  // Whole or not at all: two starts may build at the same time.
  mkdirSync(dirname(target), { recursive: true })
  renameSync(join(folder, EXECUTABLE), target)
  rmSync(folder, { recursive: true })
  return target
}

async function tellProgress(say: (sentence: string) => void, signal: AbortSignal): Promise<void> {
  const began = Date.now()
  await pause(FIRST_TELL_MS, undefined, { signal }).catch(() => undefined)
  while (!signal.aborted) {
    const seconds = Math.round((Date.now() - began) / MS_PER_SECOND)
    say(`Building a Temporal server with Go, once: 2 to 5 minutes, ${seconds} s so far …`)
    await pause(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

const FIRST_TELL_MS = 500
const MS_PER_SECOND = 1000
