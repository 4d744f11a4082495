import { resolve } from 'node:path'
import type { StartConfig } from '#config'
import type { DemoAccount } from './accounts.ts'

export interface ReadyToSay {
  readonly config: Pick<StartConfig, 'publicUrl' | 'home' | 'aws'>
  readonly ready: string
  /** Of a demo. */
  readonly accounts: readonly DemoAccount[] | undefined
}

const DRILL = 'drill stolen-access-key --approve     play an attack and follow it to its end'
const SEND = 'findings send FILE                     hand over findings of the emulated accounts'

/** That it is ready, where, and what to type next. */
export function readyText({ config, ready, accounts }: ReadyToSay): string {
  const head = `\nCordon is ready: ${config.publicUrl}`
  const cordon = config.home === resolve('.cordon') ? 'npx cordon' : `CORDON_HOME=${config.home} npx cordon`
  if (accounts === undefined) return `${head}\n\nAccounts are real. What to set up next: ${cordon} doctor\n`
  const isSimulated = config.aws.kind === 'simulated'
  const names = accounts.map(({ id, name }) => `${name} (${id})`).join(', ')
  return `${head}

  ${isSimulated ? 'Simulated' : 'Emulated'} accounts: ${names}
  Sign in on the page with a token from ${ready}

Next, in another terminal in this folder:

  ${cordon} ${isSimulated ? DRILL : SEND}
  ${cordon} --help                                everything else

Ctrl-C stops it; nothing is lost.
`
}
