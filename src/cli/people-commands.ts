import type { CommandSpec } from './commands.ts'

const people = () => import('./commands/people.ts')
const changes = () => import('./commands/person-changes.ts')
const tokens = () => import('./commands/tokens.ts')
const signIns = () => import('./commands/sign-in.ts')

const standing = [
  ['--name <name>', 'the name that others see'],
  [
    '--roles <roles>',
    'viewer, responder, approver, runbook-author, policy-admin, auditor, operator, machine; several with commas',
  ],
  ['--groups <groups>', 'whom the person stands for; several with commas'],
  ['--email <address>', 'where mail reaches the person'],
] as const

/** Commands about people, sign-ins and tokens. */
export const peopleCommands: readonly CommandSpec[] = [
  {
    name: 'setup',
    description:
      'make the first people of a real installation; for operators, beside its database, while there is nobody',
    options: [
      ['--approvers <people>', 'two or more of two groups, as id:group with commas: ada:security,ben:platform'],
      ['--operators <people>', 'who looks after Cordon: olga:operations'],
      ['--policy-admins <people>', 'who looks after policy, of another group: petra:governance'],
    ],
    as: 'nobody',
    load: async () => (await import('./commands/setup.ts')).setup,
  },
  {
    name: 'sign-in <person>',
    description: 'sign in with a password (asked for, or from stdin); prints what to set CORDON_TOKEN to',
    as: 'nobody',
    load: async () => (await signIns()).signIn,
  },
  {
    name: 'set-password <link>',
    description: 'set a password (asked for, or from stdin) with a set-up link',
    as: 'nobody',
    load: async () => (await signIns()).setPassword,
  },
  {
    name: 'sessions list',
    description: 'sign-ins that are open',
    as: 'admin',
    load: async () => (await signIns()).list,
  },
  {
    name: 'sessions end <session>',
    description: 'end a sign-in',
    as: 'admin',
    load: async () => (await signIns()).end,
  },
  { name: 'people list', description: 'who may do what', as: 'admin', load: async () => (await people()).list },
  {
    name: 'people add <id>',
    description: 'add a person; what makes an approver, operator or policy-admin waits for a second person',
    options: standing,
    as: 'admin',
    load: async () => (await people()).add,
  },
  {
    name: 'people change <id>',
    description: 'change a person, in the same way',
    options: standing,
    as: 'admin',
    load: async () => (await people()).change,
  },
  {
    name: 'people disable <id>',
    description: 'take all access from a person, now and for ever',
    as: 'admin',
    load: async () => (await people()).disable,
  },
  {
    name: 'people reset <id>',
    description: 'let somebody in again who lost passkey or password',
    as: 'admin',
    load: async () => (await people()).reset,
  },
  { name: 'people changes', description: 'changes that wait', as: 'admin', load: async () => (await changes()).list },
  {
    name: 'people confirm <change>',
    description: 'confirm a change, as its second person',
    as: 'admin',
    load: async () => (await changes()).confirm,
  },
  {
    name: 'people withdraw <change>',
    description: 'take a change back',
    as: 'admin',
    load: async () => (await changes()).withdraw,
  },
  { name: 'tokens list', description: 'API tokens', as: 'admin', load: async () => (await tokens()).list },
  {
    name: 'tokens create',
    description: 'make an API token, which never decides anything; it is shown once',
    options: [
      ['--name <name>', 'what it is for'],
      ['--scope <scopes>', 'findings, read, respond, freeze, drills or doctor; several with commas'],
      ['--from <ranges>', 'where it may come from, as addresses or CIDR ranges; several with commas'],
      ['--expires <days>', 'in so many days, as 90d; 366d at most'],
    ],
    as: 'admin',
    load: async () => (await tokens()).create,
  },
  {
    name: 'tokens revoke <token>',
    description: 'make one void, by its id',
    as: 'admin',
    load: async () => (await tokens()).revoke,
  },
]
