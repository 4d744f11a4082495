import type { CommandSpec } from './commands.ts'

const investigations = () => import('./commands/investigations.ts')
const reviews = () => import('./commands/reviews.ts')

const why = ['--reason <text>', 'why'] as const
const cites = [
  '--evidence <ids>',
  'what it rests on: ids of evidence, of findings, or <key>#<member>, with commas',
] as const

/** Commands about what people find out, and what is learned of it. */
export const investigationCommands: readonly CommandSpec[] = [
  {
    name: 'investigations',
    description: 'what rules could not judge, the most urgent first, and whose it is',
    as: 'responder',
    load: async () => (await investigations()).list,
  },
  {
    name: 'claim <incident>',
    description: 'say that you look into it, for an hour',
    options: [['--from <person>', 'take it over from them'], why],
    as: 'responder',
    load: async () => (await investigations()).claim,
  },
  {
    name: 'release <incident>',
    description: 'give your claim back',
    as: 'responder',
    load: async () => (await investigations()).release,
  },
  {
    name: 'brief <incident>',
    description: 'who, from where, what changed, what it can reach, what was similar, and what could not be seen',
    options: [['--ask', 'ask for what can be read first']],
    as: 'responder',
    load: async () => (await investigations()).brief,
  },
  {
    name: 'verdict <incident> <verdict>',
    description: 'say what it is: threat, inappropriate, posture or benign-expected',
    options: [['--confidence <word>', 'low, medium (usual) or high'], ['--conclusion <text>', 'why'], cites],
    as: 'responder',
    load: async () => (await investigations()).verdict,
  },
  {
    name: 'ask <incident> <question>',
    description: 'ask a question about it; it stays in its record',
    as: 'responder',
    load: async () => (await investigations()).ask,
  },
  {
    name: 'answer <incident> <question> <text>',
    description: 'answer a question, by its id',
    options: [cites],
    as: 'responder',
    load: async () => (await investigations()).answer,
  },
  {
    name: 'triage labels',
    description: 'what people concluded: cases for the rules',
    as: 'auditor',
    load: async () => (await import('./commands/labels.ts')).list,
  },
  {
    name: 'triage reviews',
    description: 'answers of the rules that a person is to look at',
    as: 'responder',
    load: async () => (await reviews()).list,
  },
  {
    name: 'triage review <incident> <outcome>',
    description: 'say whether the rules were right or wrong',
    options: [['--note <text>', 'what you saw']],
    as: 'responder',
    load: async () => (await reviews()).review,
  },
  {
    name: 'triage precision',
    description: 'how often the rules were right where nobody else looked',
    as: 'responder',
    load: async () => (await reviews()).precision,
  },
  {
    name: 'problems list',
    description: 'what comes again within 90 days, and who owns its cause',
    as: 'responder',
    load: async () => (await reviews()).problems,
  },
  {
    name: 'problems explain <problem>',
    description: 'say what the cause is and who owns it; then its incidents can be closed',
    options: [
      ['--owner <name>', 'a person or a team'],
      ['--cause <text>', 'why it comes again'],
    ],
    as: 'responder',
    load: async () => (await reviews()).explain,
  },
]
