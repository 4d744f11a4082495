#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { type CommandSpec, commands } from './commands.ts'

const DONE = 0
const WRONG_USAGE = 2

const program = new Command('cordon')
  .description('Incident response for AWS: every change exact, approved, verified and reversible')
  .showHelpAfterError('Try --help after the command.')
  .exitOverride()

for (const spec of commands) add(spec)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Commander has said what was wrong.
  process.exitCode = error.exitCode === DONE ? DONE : WRONG_USAGE
}

function add({ name, description, options = [], as, load }: CommandSpec): void {
  const command = parentOf(name).command(lastWords(name)).description(description)
  for (const [flags, text] of options) command.option(flags, text)
  command
    .option('--json', 'one JSON document instead of text')
    .option('--as <person>', `a person of the demo, by the name in ready.json (else CORDON_TOKEN, else ${as})`)
  command.action(async (...given: readonly unknown[]) => {
    const words = given.slice(0, -2) as readonly (string | undefined)[]
    const { perform } = await import('./perform.ts')
    process.exitCode = await perform({ load, as }, words, command.opts())
  })
}

/** `findings send <file>` is a command of the group `findings`. */
function parentOf(name: string): Command {
  const [group, second] = name.split(' ')
  if (group === undefined || second === undefined || /^[<[]/.test(second)) return program
  const known = program.commands.find((command) => command.name() === group)
  return known ?? program.command(group).description(`its commands: cordon ${group} --help`)
}

function lastWords(name: string): string {
  return parentOf(name) === program ? name : name.slice(name.indexOf(' ') + 1)
}
