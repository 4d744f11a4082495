import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildTemporal, type TemporalSources, temporalProgram } from '#embedded/temporal-program'
import { freshFolder } from './folder.ts'

const ANYBODY_MAY_RUN = 0o755

function program(file: string, text = ''): string {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, ANYBODY_MAY_RUN)
  return file
}

function sources(changes: Partial<TemporalSources> = {}): TemporalSources {
  const signal = new AbortController().signal
  return {
    program: undefined,
    searchPath: '',
    cache: freshFolder(),
    environment: {},
    say: () => undefined,
    signal,
    ...changes,
  }
}

describe('the Temporal server', () => {
  it('is the program that TEMPORAL_CLI_PATH names, before one on the path', async () => {
    const named = program(join(freshFolder(), 'mine'))
    const onPath = program(join(freshFolder(), 'temporal'))
    expect(await temporalProgram(sources({ program: named, searchPath: dirname(onPath) }))).toBe(named)
  })

  it('is not looked for elsewhere when TEMPORAL_CLI_PATH names none', async () => {
    const onPath = program(join(freshFolder(), 'temporal'))
    const none = join(freshFolder(), 'none')
    await expect(temporalProgram(sources({ program: none, searchPath: dirname(onPath) }))).rejects.toThrow(
      `TEMPORAL_CLI_PATH is “${none}”, which is no program that can be run.`,
    )
  })

  it('is the one on the path, before one in the cache', async () => {
    const onPath = program(join(freshFolder(), 'temporal'))
    const cache = freshFolder()
    program(join(cache, 'temporal-v1.5.1', 'temporal'))
    const searchPath = [freshFolder(), dirname(onPath)].join(delimiter)
    expect(await temporalProgram(sources({ searchPath, cache }))).toBe(onPath)
  })

  it('is the one that was built once, else the one that the SDK downloaded once', async () => {
    const cache = freshFolder()
    const downloaded = program(join(cache, 'temporal-sdk-typescript-1.24.0'))
    expect(await temporalProgram(sources({ cache }))).toBe(downloaded)
    const built = program(join(cache, 'temporal-v1.5.1', 'temporal'))
    expect(await temporalProgram(sources({ cache }))).toBe(built)
  })
})

/** A `go` that does what the script says, and the programs that the script needs. */
const pathWithGo = (script: string): string =>
  [dirname(program(join(freshFolder(), 'go'), `#!/bin/sh\n${script}\n`)), '/usr/bin', '/bin'].join(delimiter)

describe('a Temporal server that is built with Go', () => {
  it('is put into the cache whole, without a C compiler, and the person who waits is told', async () => {
    const said: string[] = []
    const PATH = pathWithGo('echo "$* $CGO_ENABLED" > "$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"; sleep 1')
    const wanted = sources({ environment: { PATH }, say: (sentence) => void said.push(sentence) })
    const file = await buildTemporal(wanted)
    expect(file).toBe(join(wanted.cache, 'temporal-v1.5.1', 'temporal'))
    expect(readFileSync(file ?? '', 'utf8')).toBe('install github.com/temporalio/cli/cmd/temporal@v1.5.1 0\n')
    expect(readdirSync(wanted.cache)).toEqual(['temporal-v1.5.1'])
    expect(said[0]).toContain('Building a Temporal server with Go, once')
    expect(await temporalProgram(wanted)).toBe(file)
  })

  it('fails with what Go says', async () => {
    const PATH = pathWithGo('echo "no such module" >&2; exit 1')
    await expect(buildTemporal(sources({ environment: { PATH } }))).rejects.toThrow('(exit 1):\nno such module')
  })

  it('is none where there is no Go', async () => {
    expect(await buildTemporal(sources({ environment: { PATH: freshFolder() } }))).toBeUndefined()
  })

  it('is given up when everything is to end', async () => {
    const ending = new AbortController()
    const PATH = pathWithGo('exec sleep 60')
    const building = buildTemporal(sources({ environment: { PATH }, signal: ending.signal }))
    ending.abort()
    await expect(building).rejects.toThrow('aborted')
  })
})
