// @ts-check
// Who may import whom: the one table. The lint rules (oxlint.config.js) and the tests of the house read it.

/**
 * How one module may reach another: its values, only its types, or only `import()` at the moment of need.
 * @typedef {'values' | 'types' | 'loaded'} Reach
 *
 * @typedef {object} Scope
 * @property {string} name
 * @property {readonly string[]} files Globs. A file belongs to the last scope that names it.
 * @property {Readonly<Record<string, Reach>>} imports By module (`store`) or file (`store/migrate`). What is not listed is forbidden.
 * @property {readonly string[]} packages Outside packages; `@fastify/*` is a family.
 * @property {'any' | 'none'} node Whether it may use what only Node has (`node:…`).
 * @property {'any' | 'random'} crypto Hashing and signing, or random bytes at most, from `node:crypto`.
 */

/** @satisfies {Record<string, Omit<Scope, 'name' | 'files'>>} */
const table = {
  // The words and every decision. Nothing from outside, so that it runs in the sandbox, in a browser and in a test.
  domain: { imports: {}, packages: [], node: 'none', crypto: 'random' },
  authoring: { imports: { domain: 'values' }, packages: [], node: 'none', crypto: 'random' },
  runbooks: {
    imports: { domain: 'values', authoring: 'values' },
    packages: ['cordon'],
    node: 'none',
    crypto: 'random',
  },
  // The shipped rules of triage: pure, and part of the bundle like runbooks.
  triage: { imports: { domain: 'values', authoring: 'values' }, packages: ['cordon'], node: 'none', crypto: 'random' },
  workflows: {
    imports: { domain: 'values', authoring: 'values', runbooks: 'values', triage: 'values', activities: 'types' },
    packages: ['cordon', '@temporalio/workflow', '@temporalio/common'],
    node: 'none',
    crypto: 'random',
  },

  audit: { imports: { domain: 'values' }, packages: [], node: 'any', crypto: 'any' },
  store: {
    imports: { domain: 'values', audit: 'values' },
    packages: ['kysely', 'pg', 'typebox', 'yaml'],
    node: 'any',
    crypto: 'random',
  },
  intake: {
    // How a role is opened and a host kept to is the executor’s; the api, which takes findings in too, reaches neither.
    imports: {
      domain: 'values',
      store: 'values',
      monitoring: 'values',
      config: 'types',
      'activities/aws/fence': 'values',
      'activities/aws/hub-identity': 'values',
      'activities/aws/readers': 'values',
      'activities/evidence/pace': 'values',
    },
    packages: ['pino'],
    node: 'any',
    crypto: 'random',
  },
  temporal: {
    imports: { domain: 'values', 'workflows/messages': 'values', workflows: 'types' },
    packages: ['@temporalio/client', '@temporalio/common'],
    node: 'any',
    crypto: 'random',
  },

  // The log, the health and the metrics of a process.
  monitoring: { imports: {}, packages: ['pino', 'prom-client'], node: 'any', crypto: 'random' },

  activities: {
    imports: { domain: 'values', store: 'values', audit: 'values', temporal: 'values' },
    packages: ['@temporalio/activity', '@temporalio/common', 'pino'],
    node: 'any',
    crypto: 'random',
  },
  gate: {
    imports: { domain: 'values', store: 'values', audit: 'values', monitoring: 'values', config: 'types' },
    packages: ['pino'],
    node: 'any',
    crypto: 'any',
  },
  api: {
    imports: {
      domain: 'values',
      store: 'values',
      audit: 'values',
      temporal: 'values',
      intake: 'values',
      monitoring: 'values',
      config: 'types',
    },
    packages: ['fastify', '@fastify/*', 'typebox', 'pino'],
    node: 'any',
    crypto: 'random',
  },
  worker: {
    // Workflows by path only: they run in the sandbox, from the bundle.
    imports: {
      domain: 'values',
      store: 'values',
      audit: 'values',
      activities: 'values',
      temporal: 'values',
      monitoring: 'values',
      config: 'types',
    },
    packages: ['@temporalio/worker', '@temporalio/common', 'pino'],
    node: 'any',
    crypto: 'random',
  },

  console: {
    imports: {
      'domain/visible-text': 'values',
      'domain/console-place': 'values',
      'domain/console-list': 'values',
      'domain/events': 'values',
      api: 'types',
    },
    packages: ['preact', '@preact/*'],
    node: 'none',
    crypto: 'random',
  },
  simulator: {
    imports: { domain: 'values', monitoring: 'values', config: 'types' },
    packages: ['@aws-sdk/*', '@smithy/*', 'pino'],
    node: 'any',
    crypto: 'any',
  },
  embedded: {
    // Where the parts are put together; the processes themselves are started by path.
    imports: {
      domain: 'values',
      'store/database/create-database': 'values',
      'store/demo': 'values',
      'store/people/first-people': 'values',
      'store/policy/first-policy': 'values',
      'store/database/inspect-database': 'values',
      'store/database/migrate': 'values',
      temporal: 'values',
      monitoring: 'values',
      config: 'types',
    },
    // `@temporalio/testing` downloads a server; nothing else of it is used.
    packages: ['pino', '@temporalio/testing'],
    node: 'any',
    crypto: 'any',
  },
  cli: {
    imports: {
      domain: 'values',
      audit: 'values',
      config: 'values',
      // A policy is checked where it is written.
      'store/policy/policy-file': 'loaded',
      'store/triage/context-file': 'loaded',
      'store/triage/context-schema': 'loaded',
      'worker/try-rules': 'loaded',
      'worker/activate-build': 'loaded',
      'worker/replay': 'loaded',
      'worker/verify-record': 'loaded',
      embedded: 'loaded',
    },
    packages: ['commander', '@clack/*'],
    node: 'any',
    crypto: 'random',
  },
  config: { imports: { domain: 'values' }, packages: [], node: 'any', crypto: 'random' },
}

/** @type {readonly string[]} */
export const modules = Object.keys(table).filter((name) => name !== 'config')

const awsOfExecutor = ['@aws-sdk/*', '@smithy/*']
const mints = ['@aws-sdk/client-sts', '@smithy/*']

/** A main file reads the configuration and hands it on. @param {keyof typeof table} name @param {readonly string[]} files @returns {Scope} */
const main = (name, files) => ({
  name: `${name}: main`,
  files,
  ...table[name],
  imports: { ...table[name].imports, config: 'values' },
})

/** Every scope; later ones are exceptions to earlier ones. @type {readonly Scope[]} */
export const scopes = [
  ...modules.map((name) => ({ name, files: [`src/${name}/**`], ...table[/** @type {keyof typeof table} */ (name)] })),
  {
    name: 'config',
    files: [
      'src/config.ts',
      'src/environment.ts',
      'src/variables.ts',
      'src/aws-variables.ts',
      'src/source-variables.ts',
      'src/log-variables.ts',
    ],
    ...table.config,
  },

  {
    name: 'activities: executor',
    files: [
      'src/activities/actions/**',
      'src/activities/aws/**',
      'src/activities/evidence/**',
      'src/activities/inspection/**',
    ],
    ...table.activities,
    packages: [...table.activities.packages, ...awsOfExecutor],
  },
  // A person’s own look at the organisation, with the credentials of that person.
  {
    name: 'cli: organization',
    files: ['src/cli/organization/**'],
    ...table.cli,
    packages: [...table.cli.packages, '@aws-sdk/client-organizations'],
  },
  {
    name: 'cli: templates',
    files: ['src/cli/roles/**'],
    ...table.cli,
    packages: [...table.cli.packages, 'yaml'],
  },
  {
    name: 'activities: channels',
    files: ['src/activities/channels/**'],
    ...table.activities,
    packages: [...table.activities.packages, 'standardwebhooks', 'nodemailer'],
  },
  {
    name: 'intake: sources',
    files: ['src/intake/aws/**'],
    ...table.intake,
    packages: [...table.intake.packages, ...awsOfExecutor],
  },
  // Whether a push is its sender’s.
  { name: 'intake: signatures', files: ['src/intake/push/**'], ...table.intake, crypto: 'any' },
  { name: 'gate: minting', files: ['src/gate/mint.ts'], ...table.gate, packages: [...table.gate.packages, ...mints] },
  {
    name: 'api: passkeys',
    files: ['src/api/passkeys.ts'],
    ...table.api,
    packages: [...table.api.packages, '@simplewebauthn/server'],
  },
  { name: 'api: oidc', files: ['src/api/oidc.ts'], ...table.api, packages: [...table.api.packages, 'openid-client'] },

  main('api', ['src/api/main.ts']),
  main('gate', ['src/gate/main.ts']),
  main('intake', ['src/intake/main.ts']),
  main('simulator', ['src/simulator/main.ts']),
  main('worker', ['src/worker/main.ts', 'src/worker/executor.ts', 'src/worker/sealer.ts']),
  main('embedded', ['src/embedded/start.ts']),
]

/** What makes a record’s or a secret’s proof; random bytes are free. */
export const hashing = [
  'createHash',
  'createHmac',
  'createSign',
  'createVerify',
  'createPrivateKey',
  'generateKeyPairSync',
  'hash',
  'sign',
  'verify',
]
