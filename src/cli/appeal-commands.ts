import type { CommandSpec } from './commands.ts'

const appeals = () => import('./commands/appeals.ts')
const note = ['--note <text>', 'what the other person has to know'] as const

/** What people ask of each other by name. */
export const appealCommands: readonly CommandSpec[] = [
  {
    name: 'get-help <incident> <person-or-group>',
    description: 'page a person or a group about it until one of them acknowledges it',
    options: [['--reason <text>', 'why']],
    as: 'responder',
    load: async () => (await appeals()).getHelp,
  },
  {
    name: 'hand-over <incident> <person>',
    description: 'give it to another person; it stays yours until they acknowledge it',
    options: [note],
    as: 'responder',
    load: async () => (await appeals()).handOver,
  },
  {
    name: 'hand-over-all <person>',
    description: 'give everything that you look after to another person, as at the end of a shift',
    options: [note],
    as: 'responder',
    load: async () => (await appeals()).handOverAll,
  },
]
