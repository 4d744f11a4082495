import type { CommandSpec } from './commands.ts'

const policy = () => import('./commands/policy.ts')
const changes = () => import('./commands/changes.ts')
const breakers = () => import('./commands/breakers.ts')

const why = ['--reason <text>', 'why'] as const

/** Commands about the policy and changes of Cordon’s own rules. */
export const policyCommands: readonly CommandSpec[] = [
  {
    name: 'policy check [file]',
    description:
      'say everything that is wrong with a policy file (else CORDON_POLICY, else the shipped one); asks nobody',
    as: 'nobody',
    load: async () => (await import('./commands/policy-file.ts')).check,
  },
  {
    name: 'policy schema',
    description: 'print the JSON Schema of the policy file, for editors; asks nobody',
    as: 'nobody',
    load: async () => (await import('./commands/policy-file.ts')).schema,
  },
  {
    name: 'policy show',
    description: 'the policy in force',
    as: 'responder',
    load: async () => (await policy()).show,
  },
  {
    name: 'policy explain',
    description: 'what the policy says of an action on a target, and which of its lines say so',
    options: [
      ['--account <id>', 'the AWS account'],
      ['--action <name>', 'the action, such as denyUser'],
      ['--target <name>', 'the name of the target'],
      ['--tag <key=value...>', 'tags of the target'],
      ['--severity <severity>', 'low, medium, high, critical, or a number; without it no rule by severity counts'],
      ['--at <time>', 'the moment, as 2026-12-24T12:00:00Z; else now'],
    ],
    as: 'responder',
    load: async () => (await policy()).explain,
  },
  {
    name: 'policy history',
    description: 'every policy that was in force, newest first',
    as: 'responder',
    load: async () => (await policy()).history,
  },
  {
    name: 'policy apply <file>',
    description: 'propose a policy; two approvers of two groups bring it into force',
    options: [why],
    as: 'admin',
    load: async () => (await policy()).apply,
  },
  {
    name: 'changes [id]',
    description: 'changes of Cordon’s own rules, newest first; with an id that one, and what it makes different',
    options: [['--status <status>', 'proposed, in-force, denied, expired or withdrawn']],
    as: 'responder',
    load: async () => (await changes()).look,
  },
  {
    name: 'changes propose <file>',
    description: 'propose a standing approval from a JSON file: {kind, title, body}; - is stdin',
    as: 'admin',
    load: async () => (await changes()).propose,
  },
  {
    name: 'changes approve <id>',
    description: 'approve a change',
    options: [why],
    as: 'approver1',
    load: async () => (await changes()).approve,
  },
  {
    name: 'changes deny <id>',
    description: 'deny a change; one is enough',
    options: [why],
    as: 'approver1',
    load: async () => (await changes()).deny,
  },
  {
    name: 'changes withdraw <id>',
    description: 'take back a change that you proposed, or end a standing approval',
    as: 'admin',
    load: async () => (await changes()).withdraw,
  },
  {
    name: 'breakers list',
    description: 'accounts in which Cordon used up what it may do by itself, so that people decide about everything',
    as: 'responder',
    load: async () => (await breakers()).list,
  },
  {
    name: 'breakers close <id>',
    description: 'propose that Cordon may act by itself there again: a change, for two approvers of two groups',
    options: [['--reason <text>', 'why it may']],
    as: 'responder',
    load: async () => (await breakers()).close,
  },
]
