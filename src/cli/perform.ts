import { readCliConfig } from '#config'
import { visibleIn } from '#domain/visible-text'
import { createApi } from './api.ts'
import type { Answer, Options, Run } from './command.ts'
import { option } from './command.ts'
import type { Loaded } from './commands.ts'
import { connectionOf } from './connection.ts'
import { type ExitCode, isFailure } from './failure.ts'
import { createScreen, type Screen } from './screen.ts'

const DONE = 0
const FAILED = 1

/** Carries a command out and prints what it answers; returns the exit code. */
export async function perform(
  { load, as }: Loaded,
  words: readonly (string | undefined)[],
  options: Options,
): Promise<ExitCode> {
  const settings = readCliConfig()
  process.stdout.on('error', endWithReader)
  const screen = createScreen({
    isJson: options['json'] === true,
    isColoured: process.stdout.isTTY && settings.isColoured,
  })
  try {
    const chosen = option(options, 'as')
    const connection = connectionOf(settings, chosen ?? as, chosen !== undefined)
    const run: Run = await load()
    // People decide by what they see; programs get every character.
    const api = createApi(connection.url, connection.token, screen.isJson ? undefined : visibleIn)
    return print(screen, await run({ words, options, api, connection, screen }))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return isFailure(error) ? error.exit : FAILED
  }
}

/** Whoever reads may stop, as `head` does; that is no failure. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(DONE)
}

function print(screen: Screen, { document, text, hasFailed }: Answer): ExitCode {
  screen.emit(document)
  if (text !== '') screen.say(text)
  return hasFailed === true ? 1 : 0
}
