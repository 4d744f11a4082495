import { createApi } from '#cli/api'
import type { Answer, Options, Run } from '#cli/command'
import { connectionOf } from '#cli/connection'
import type { Screen } from '#cli/screen'
import { type FakeCordon, tokens } from './fake-cordon.ts'

export interface Outcome extends Answer {
  /** What was printed on the way. */
  readonly said: string
  readonly emitted: readonly unknown[]
}

/** Runs a command as its process would, against a Cordon, without a terminal. */
export async function ask(
  run: Run,
  cordon: Pick<FakeCordon, 'url'>,
  {
    words = [],
    options = {},
    as = 'responder',
  }: { words?: readonly string[]; options?: Options; as?: keyof typeof tokens } = {},
): Promise<Outcome> {
  const connection = connectionOf(
    { home: '/nowhere', url: cordon.url, token: tokens[as], approvers: tokens },
    undefined,
    false,
  )
  const said: string[] = []
  const emitted: unknown[] = []
  const screen: Screen = {
    isJson: options['json'] === true,
    isInteractive: false,
    paint: (_style, text) => text,
    say: (text) => void said.push(text),
    emit: (document) => void emitted.push(document),
  }
  const answer = await run({ words, options, connection, screen, api: createApi(cordon.url, connection.token) })
  return { ...answer, said: said.join('\n'), emitted }
}
