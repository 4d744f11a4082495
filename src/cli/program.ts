import { Command } from 'commander'
import type { Options } from './command.ts'
import { type CommandSpec, commands, type Loaded } from './commands.ts'

/** Carries out what was typed; the loader of the command is not called before. */
export type Perform = (spec: Loaded, words: readonly (string | undefined)[], options: Options) => Promise<void>

/** Every command of the table, as it is typed. */
export function createProgram(perform: Perform): Command {
  const program = new Command('cordon')
    .description('Incident response for AWS: every change exact, approved, verified and reversible')
    .showHelpAfterError('Try --help after the command.')
    .exitOverride()
    // `cordon changes` is a command and a group: what follows its subcommand is the subcommand's. Every command inherits it.
    .enablePositionalOptions()
  for (const spec of commands) add({ program, perform }, spec)
  return program
}

interface Adding {
  readonly program: Command
  readonly perform: Perform
}

function add({ program, perform }: Adding, { name, description, options = [], as, load }: CommandSpec): void {
  const { parent, words } = placeOf(program, name)
  const command = parent.command(words).description(description)
  for (const [flags, text] of options) command.option(flags, text)
  command
    .option('--json', 'one JSON document instead of text')
    .option('--as <person>', `a person of the demo, by the name in ready.json (else CORDON_TOKEN, else ${as})`)
  command.action(async (...given: readonly unknown[]) => {
    await perform({ load, as }, given.slice(0, -2) as readonly (string | undefined)[], command.opts())
  })
}

interface Found {
  readonly parent: Command
  /** What is typed after the groups. */
  readonly words: string
}

/** `findings send <file>` is a command of the group `findings`, and a group may be in a group. */
function placeOf(program: Command, name: string): Found {
  const [group, second] = name.split(' ')
  if (group === undefined || second === undefined || /^[<[]/.test(second)) return { parent: program, words: name }
  const known = program.commands.find((command) => command.name() === group)
  const inside = known ?? program.command(group).description(`its commands: cordon ${group} --help`)
  return placeOf(inside, name.slice(name.indexOf(' ') + 1))
}
