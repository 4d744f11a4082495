import { resolve } from 'node:path'
import type { StartConfig } from '#config'
import type { DemoAccount } from './accounts.ts'

export interface ReadyToSay {
  readonly config: Pick<StartConfig, 'publicUrl' | 'home' | 'aws'>
  readonly ready: string
  /** Of a demo. */
  readonly accounts: readonly DemoAccount[] | undefined
}

interface Step {
  readonly words: string
  readonly effect: string
}

const HELP: Step = { words: '--help', effect: 'everything else' }

/** What to type next, by what the accounts are. */
const NEXT: Readonly<Record<StartConfig['aws']['kind'], readonly Step[]>> = {
  simulated: [
    { words: 'drill stolen-access-key --approve', effect: 'play an attack and follow it to its end' },
    { words: 'drill stolen-access-key', effect: 'the same, and approve yourself' },
    HELP,
  ],
  loopback: [{ words: 'findings send FILE', effect: 'report findings about these accounts' }, HELP],
  real: [{ words: 'doctor', effect: 'see what is to be set up' }, HELP],
}

/** That it is ready, where, and what to type next. */
export function readyText({ config, ready, accounts }: ReadyToSay): string {
  const cordon = config.home === resolve('.cordon') ? 'npx cordon' : `CORDON_HOME=${quoted(config.home)} npx cordon`
  const steps = NEXT[config.aws.kind]
  const width = Math.max(...steps.map(({ words }) => words.length))
  return [
    '',
    `Cordon is ready: ${config.publicUrl}`,
    '',
    `  ${accountsOf(config.aws, accounts)}`,
    ...(accounts === undefined ? [] : [`  Sign in on the page with a token from ${ready}`]),
    '',
    'Next, in another terminal in this folder:',
    '',
    ...steps.map(({ words, effect }) => `  ${cordon} ${words.padEnd(width)}   ${effect}`),
    '',
    'Ctrl-C stops it; nothing is lost.',
    '',
  ].join('\n')
}

function accountsOf(aws: StartConfig['aws'], accounts: readonly DemoAccount[] | undefined): string {
  const names = (accounts ?? []).map(({ id, name }) => `${name} (${id})`).join(', ')
  if (aws.kind === 'simulated') return `Simulated accounts: ${names}`
  if (aws.kind === 'loopback') return `Emulated accounts at ${aws.endpoint}: ${names}`
  return 'Accounts are real.'
}

const quoted = (path: string): string => (/^[\w@%+:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
