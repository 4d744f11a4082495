import { appealCommands } from './appeal-commands.ts'
import type { Run } from './command.ts'
import { correlationCommands } from './correlation-commands.ts'
import { investigationCommands } from './investigation-commands.ts'
import { leaseCommands } from './lease-commands.ts'
import { peopleCommands } from './people-commands.ts'
import { policyCommands } from './policy-commands.ts'
import { sourceCommands } from './source-commands.ts'
import { triageCommands } from './triage-commands.ts'

/** How a command's own module is found, when it is used. */
export interface Loaded {
  readonly load: () => Promise<Run>
  /** Whose token the demo uses when none is given. */
  readonly as: string
}

export interface CommandSpec extends Loaded {
  /** With its group and its words, as in help. */
  readonly name: string
  readonly description: string
  readonly options?: readonly (readonly [flags: string, text: string])[]
}

const incidents = () => import('./commands/incidents.ts')
const verbs = () => import('./commands/incident-verbs.ts')
const plans = () => import('./commands/plans.ts')
const freeze = () => import('./commands/freeze.ts')

const delegations = () => import('./commands/delegations.ts')
const accounts = () => import('./commands/accounts.ts')

const why = ['--reason <text>', 'why'] as const
const account = ['--account <id>', 'only in this account'] as const
const limit = ['--limit <count>', 'how many at most'] as const

/** Every command. What it imports are more of them and nothing else: help is quick because of that. */
export const commands: readonly CommandSpec[] = [
  {
    name: 'incidents',
    description: 'list incidents, newest first',
    options: [
      ['--status <status>', 'open, contained, recovered or closed; several with commas'],
      ['--severity <severity>', 'low, medium, high, critical, or the least number'],
      ['--account <id>', 'of this account'],
      ['--finding <id>', 'the incident of this finding'],
      ['--q <text>', 'that contain the text'],
      ['--priority <priority>', 'P1, P2, P3 or P4'],
      ['--sort <order>', 'newest (usual) or priority'],
      limit,
    ],
    as: 'responder',
    load: async () => (await incidents()).list,
  },
  {
    name: 'show <incident>',
    description: 'one incident with its plans and timeline',
    as: 'responder',
    load: async () => (await incidents()).show,
  },
  {
    name: 'timeline <incident>',
    description: 'what happened, oldest first',
    as: 'responder',
    load: async () => (await incidents()).timeline,
  },
  {
    name: 'evidence <incident>',
    description: 'what was collected',
    as: 'responder',
    load: async () => (await incidents()).evidence,
  },
  {
    name: 'plan <hash>',
    description: 'one plan, exactly as it runs',
    as: 'responder',
    load: async () => (await plans()).show,
  },
  {
    name: 'approve <hash>',
    description: 'approve a plan',
    options: [why],
    as: 'approver1',
    load: async () => (await plans()).approve,
  },
  {
    name: 'deny <hash>',
    description: 'deny a plan; one is enough',
    options: [why],
    as: 'approver1',
    load: async () => (await plans()).deny,
  },
  {
    name: 'hold <hash>',
    description: 'hold a plan until you decide',
    options: [why],
    as: 'approver1',
    load: async () => (await plans()).hold,
  },
  {
    name: 'withdraw <hash>',
    description: 'take your approval or hold back, before anything is changed',
    options: [why],
    as: 'approver1',
    load: async () => (await plans()).withdraw,
  },
  {
    name: 'break-glass <hash>',
    description: 'carry a reversible plan out alone, when policy lets you and nobody else can be reached',
    options: [why],
    as: 'approver1',
    load: async () => (await plans()).breakGlass,
  },
  {
    name: 'review <hash>',
    description: 'review a plan that somebody else carried out alone',
    options: [why],
    as: 'approver2',
    load: async () => (await plans()).review,
  },
  {
    name: 'undo <hash>',
    description: 'propose the undo of a plan',
    options: [why, ['--release <why>', 'false-positive (usual), rotated, rebuilt or accepted-risk']],
    as: 'responder',
    load: async () => (await plans()).undo,
  },
  {
    name: 'propose <incident>',
    description: 'propose a plan by hand',
    options: [['--file <file>', 'JSON: {purpose, reason, steps: [{action, target, parameters}]}; - is stdin']],
    as: 'responder',
    load: async () => (await plans()).propose,
  },
  {
    name: 'acknowledge <incident>',
    description: 'say that you look after it',
    as: 'responder',
    load: async () => (await verbs()).acknowledge,
  },
  {
    name: 'comment <incident> <text>',
    description: 'add a comment',
    as: 'responder',
    load: async () => (await verbs()).comment,
  },
  {
    name: 'settle <incident> <task>',
    description: 'end a task, and say how',
    options: [['--how <how>', 'removed, kept, benign or done (usual)'], why],
    as: 'responder',
    load: async () => (await verbs()).settle,
  },
  {
    name: 'close <incident>',
    description: 'close it',
    options: [
      ['--code <code>', 'resolved, false-positive, benign, accepted-risk or duplicate'],
      ['--lessons <text>', 'what was learned'],
    ],
    as: 'responder',
    load: async () => (await verbs()).close,
  },
  {
    name: 'reopen <incident>',
    description: 'begin its next episode',
    options: [why],
    as: 'responder',
    load: async () => (await verbs()).reopen,
  },
  ...leaseCommands,
  ...appealCommands,
  ...sourceCommands,
  {
    name: 'freeze',
    description: 'stop every change now; one person is enough',
    options: [account, why],
    as: 'responder',
    load: async () => (await freeze()).freeze,
  },
  {
    name: 'unfreeze',
    description: 'ask for the lift; two people of different groups',
    options: [account],
    as: 'responder',
    load: async () => (await freeze()).unfreeze,
  },
  {
    name: 'delegate <person>',
    description: 'let an approver stand for you: paged in your place, and you two count once',
    options: [['--for <duration>', 'for how long, such as 8h; 12h at most']],
    as: 'approver1',
    load: async () => (await delegations()).begin,
  },
  {
    name: 'undelegate <delegation>',
    description: 'end a delegation of yours, or to you',
    as: 'approver1',
    load: async () => (await delegations()).end,
  },
  {
    name: 'delegations',
    description: 'who stands for whom',
    as: 'responder',
    load: async () => (await delegations()).list,
  },
  ...policyCommands,
  ...triageCommands,
  {
    name: 'drill [name]',
    description: 'play an attack in a simulated account and follow it to the end',
    options: [
      ['--list', 'which drills there are'],
      ['--approve', 'approve every plan with the two approvers of the demo'],
      ['--false-positive', 'undo the containment instead of recovering'],
      ['--account <id>', 'in this account'],
    ],
    as: 'responder',
    load: async () => (await import('./commands/drill.ts')).drill,
  },
  {
    name: 'stream',
    description: 'everything that happens, as it happens',
    options: [
      ['--incident <id>', 'only of this incident'],
      ['--after <event>', 'begin after this event; 0 is from the beginning'],
    ],
    as: 'responder',
    load: async () => (await import('./commands/stream.ts')).stream,
  },
  {
    name: 'accounts list',
    description: 'the accounts that Cordon knows, and how they are connected',
    as: 'admin',
    load: async () => (await accounts()).list,
  },
  {
    name: 'accounts add <id>',
    description: 'register an account; it gets its ExternalId, and is observed until policy names it',
    options: [
      ['--name <name>', 'what people call it'],
      ['--environment <environment>', 'production (usual) or nonproduction'],
      ['--region <regions>', 'the Regions in which Cordon may act, with commas; the first one is home'],
      ['--organizational-unit <id>', 'where it is in the organisation'],
      ['--administrator <id>', 'the account that AWS sends its findings to'],
    ],
    as: 'admin',
    load: async () => (await accounts()).add,
  },
  {
    name: 'accounts check <id>',
    description: 'look whether its roles are as they must be, and connect it when they are',
    as: 'admin',
    load: async () => (await accounts()).check,
  },
  {
    name: 'roles generate',
    description: 'print what makes Cordon’s roles in accounts',
    options: [
      ['--format <format>', 'cloudformation, terraform or json'],
      [
        '--hub <arns>',
        'the ARNs of the gate’s, the executor’s and, where findings are pulled, the intake’s identity, with commas',
      ],
      ['--account <ids>', 'these accounts, with commas (else every one that is registered)'],
      ['--external-id <id>', 'of the one account, when it is not to come from the record'],
      ['--region <regions>', 'with --external-id: the Regions in which Cordon may act'],
      ['--part <part>', 'accounts (usual), or hub: what these identities need'],
      ['--logs <file>', 'the file of CORDON_LOGS: the reading role of that account may ask the organisation’s logs'],
    ],
    as: 'admin',
    load: async () => (await import('./commands/roles.ts')).generate,
  },
  {
    name: 'doctor',
    description: 'what is reachable, what is missing and what to do',
    as: 'responder',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  ...correlationCommands,
  ...investigationCommands,
  ...peopleCommands,
  {
    name: 'prepare-database',
    description: 'bring the database of a real installation to this version; for operators, as its owner',
    as: 'nobody',
    load: async () => (await import('./commands/prepare-database.ts')).prepare,
  },
  {
    name: 'activate-build',
    description: 'make the workflows of this version current; for operators, with the environment of the worker',
    as: 'nobody',
    load: async () => (await import('./commands/activate-build.ts')).activate,
  },
  {
    name: 'verify-record',
    description: 'whether the database is what its log was signed for, after a restore too; for operators',
    options: [
      ['--key <line>', 'the public line of the key that signs the log (else of the home)'],
      ['--checkpoint <file>', 'a checkpoint that was kept elsewhere, to be held against it'],
    ],
    as: 'nobody',
    load: async () => (await import('./commands/verify-record.ts')).verify,
  },
]
