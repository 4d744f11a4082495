import type { CommandSpec } from './commands.ts'

const findings = () => import('./commands/findings.ts')
const sources = () => import('./commands/sources.ts')

const account = ['--account <id>', 'only in this account'] as const
const region = ['--region <region>', 'only in this Region'] as const

/** Commands about findings and where they come from. */
export const sourceCommands: readonly CommandSpec[] = [
  {
    name: 'findings send <files...>',
    description: 'hand in findings from files: JSON, JSON lines, also compressed with gzip; - is stdin',
    as: 'intake',
    load: async () => (await findings()).send,
  },
  {
    name: 'findings list',
    description: 'list findings, newest first',
    options: [
      ['--state <state>', 'accepted or quarantined'],
      ['--incident <id>', 'of this incident'],
      ['--limit <count>', 'how many at most'],
    ],
    as: 'responder',
    load: async () => (await findings()).list,
  },
  {
    name: 'findings show <finding>',
    description: 'all versions of one, and where it ended',
    as: 'responder',
    load: async () => (await findings()).show,
  },
  {
    name: 'findings accounting',
    description:
      'how everything that was received is answered, by day, account and Region; exit 1 when something is not',
    options: [['--since <time>', 'a duration back from now, such as 7d (usual), or a time']],
    as: 'auditor',
    load: async () => (await import('./commands/accounting.ts')).account,
  },
  {
    name: 'suppressions',
    description: 'what is answered quietly: by which entry of the context, whose, until when, and how often',
    as: 'auditor',
    load: async () => (await import('./commands/accounting.ts')).suppressions,
  },
  {
    name: 'findings backfill',
    description: 'have older findings read where they are polled; GuardDuty keeps them for 90 days',
    options: [['--since <duration>', 'how far back, such as 90d (usual)'], account, region],
    as: 'admin',
    load: async () => (await sources()).backfill,
  },
  {
    name: 'sources',
    description: 'where findings come from, and when anything was heard from there last',
    as: 'responder',
    load: async () => (await sources()).list,
  },
  {
    name: 'coverage',
    description:
      'what GuardDuty made by day, what of it came, and where findings are not made or not sent; fails while there are gaps',
    as: 'responder',
    load: async () => (await sources()).coverage,
  },
  {
    name: 'report <text>',
    description: 'report that something is wrong, in AWS or anywhere else; a person is called to it',
    options: [
      ['--place <text>', 'where it is, in your own words'],
      ['--account <id>', 'in this account'],
      ['--region <region>', 'in this Region'],
    ],
    as: 'responder',
    load: async () => (await sources()).report,
  },
]
