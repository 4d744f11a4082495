import type { CommandSpec } from './commands.ts'

const regrouping = () => import('./commands/regrouping.ts')
const quarantine = () => import('./commands/quarantine.ts')

const why = ['--reason <text>', 'why'] as const

/** Commands about which findings are one incident, and about what could not be read. */
export const correlationCommands: readonly CommandSpec[] = [
  {
    name: 'merge <incident> <into>',
    description: 'merge an incident into another one; it closes as a duplicate',
    options: [why],
    as: 'responder',
    load: async () => (await regrouping()).merge,
  },
  {
    name: 'split <incident>',
    description: 'split findings off into an incident of their own',
    options: [['--findings <ids>', 'their ids or keys, with commas'], why],
    as: 'responder',
    load: async () => (await regrouping()).split,
  },
  {
    name: 'regroupings undo <incident> <regrouping>',
    description: 'undo a merge or a split; its id is in `show`',
    options: [why],
    as: 'responder',
    load: async () => (await regrouping()).undo,
  },
  {
    name: 'findings quarantine list',
    description: 'what could not be read, newest first, and why',
    options: [['--limit <count>', 'how many at most']],
    as: 'responder',
    load: async () => (await quarantine()).list,
  },
  {
    name: 'findings quarantine show <id>',
    description: 'one of them, with what came',
    as: 'responder',
    load: async () => (await quarantine()).show,
  },
  {
    name: 'findings quarantine retry <id>',
    description: 'read it again, as this version reads findings',
    as: 'responder',
    load: async () => (await quarantine()).retry,
  },
]
