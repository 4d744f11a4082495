import type { CommandSpec } from './commands.ts'

const context = () => import('./commands/context.ts')
const file = () => import('./commands/context-file.ts')

const reputation = () => import('./commands/reputation.ts')

const format = ['--format <format>', 'stix, misp or csv; csv when the file is called so'] as const
const why = ['--reason <text>', 'why'] as const

/** Commands about what the organisation knows of its own assets, and about rules of triage. */
export const triageCommands: readonly CommandSpec[] = [
  {
    name: 'context check <file>',
    description: 'say everything that is wrong with a context file; asks nobody',
    as: 'nobody',
    load: async () => (await file()).check,
  },
  {
    name: 'context schema',
    description: 'print the JSON Schema of the context file, for editors; asks nobody',
    as: 'nobody',
    load: async () => (await file()).schema,
  },
  {
    name: 'context import <source>',
    description:
      'print the entries of a CSV file, or of the accounts of AWS organizations, as a context for review; applies nothing',
    options: [['--into <file>', 'with organizations: a context file, whose entries and comments stay as they are']],
    as: 'nobody',
    load: async () => (await file()).importEntries,
  },
  {
    name: 'context show',
    description: 'the context in force, and how often each entry said something',
    as: 'responder',
    load: async () => (await context()).show,
  },
  {
    name: 'context explain <finding>',
    description: 'what the context says of a finding, and which entries say so',
    as: 'responder',
    load: async () => (await context()).explain,
  },
  {
    name: 'context apply <file>',
    description: 'bring a context into force; one that could make a verdict milder needs two approvers of two groups',
    options: [why],
    as: 'admin',
    load: async () => (await context()).apply,
  },
  {
    name: 'context reputation check <file>',
    description: 'say everything that is wrong with a list of bad addresses and names; asks nobody',
    options: [format],
    as: 'nobody',
    load: async () => (await reputation()).check,
  },
  {
    name: 'context reputation import <file>',
    description: 'bring a list of bad addresses and names into force: a STIX 2.1 bundle, an export of MISP, or CSV',
    options: [
      ['--name <list>', 'what it is called; a further version has the same name'],
      ['--owner <who>', 'who answers for it'],
      why,
      ['--until <time>', 'when it ends, within a year, such as 2026-12-31'],
      format,
    ],
    as: 'admin',
    load: async () => (await reputation()).bring,
  },
  {
    name: 'context reputation list',
    description: 'the lists of bad addresses and names, and how often each said something',
    as: 'responder',
    load: async () => (await reputation()).list,
  },
  {
    name: 'triage replay',
    description: 'run rules of triage over incidents of the past, and say which verdicts they change',
    options: [
      ['--since <time>', 'a duration back from now, such as 30d (usual), or a time such as 2026-11-01T00:00:00Z'],
      ['--rules <folder>', 'the rules of this folder before the shipped ones; else the shipped ones'],
      ['--context <file>', 'with the context of this file; else the one in force'],
      ['--fail-on-change', 'exit 1 when a verdict changes'],
      ['--labels', 'hold them against what people concluded instead; exit 1 when they contradict anybody'],
    ],
    as: 'auditor',
    load: async () => (await import('./commands/triage.ts')).replay,
  },
]
