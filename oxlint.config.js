// @ts-check
import { readFileSync } from 'node:fs'
import { hashing, modules, scopes } from './modules.js'

/** @typedef {import('./modules.js').Scope} Scope */
/** @typedef {{ group: string[], message: string, allowTypeImports?: boolean }} Pattern */

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const declared = ['cordon', ...['dependencies', 'devDependencies'].flatMap((kind) => Object.keys(manifest[kind] ?? {}))]

/** @param {string} module */
const addresses = (module) => [`#${module}`, `#${module}/**`]

/** @param {readonly string[]} packages @param {string} name */
const covers = (packages, name) =>
  packages.some((one) => (one.endsWith('/*') ? name.startsWith(one.slice(0, -1)) : name === one))

/** @param {Scope} scope @returns {Pattern[]} */
function moduleBorders({ name, imports }) {
  const own = name.split(':')[0]
  const places = (/** @type {import('./modules.js').Reach} */ reach) =>
    Object.keys(imports).filter((place) => imports[place] === reach)
  const [values, types] = [places('values'), places('types')]
  const forbidden = ['config', ...modules].filter(
    (place) => place !== own && !values.includes(place) && !types.includes(place),
  )
  // An exception of one group excepts from all, so only single files are excepted.
  const except = values.filter((place) => place.includes('/')).map((place) => `!#${place}`)
  return [
    { group: ['../*', '../**'], message: 'Leave a folder only through #module/…' },
    { group: [...forbidden.flatMap(addresses), ...except], message: `${name} must not import this (modules.js)` },
    {
      group: [...types.flatMap(addresses), ...except],
      allowTypeImports: true,
      message: `${name} may import only types from here (modules.js)`,
    },
  ]
}

/** @param {Scope} scope @returns {Pattern[]} */
function outsideBorders({ name, packages, node }) {
  const foreign = declared.filter((one) => !covers(packages, one)).flatMap((one) => [one, `${one}/**`])
  const noNode = { group: ['node:*', 'node:*/**'], message: `${name} is pure: it runs where there is no Node` }
  return [
    { group: foreign, message: `${name} does not own this package (modules.js)` },
    ...(node === 'none' ? [noNode] : []),
  ]
}

/** @param {Scope} scope */
function borders(scope) {
  const patterns = [...moduleBorders(scope), ...outsideBorders(scope)].filter(({ group }) =>
    group.some((one) => !one.startsWith('!')),
  )
  const noHashing = {
    name: 'node:crypto',
    importNames: hashing,
    message: 'Hash and sign through #audit/digest and its neighbours',
  }
  return ['error', { patterns, paths: scope.crypto === 'random' && scope.node === 'any' ? [noHashing] : [] }]
}

const pure = [
  { name: 'fetch', message: 'No network here: it belongs to an activity' },
  { name: 'process', message: 'No process here: it belongs to a main file' },
  { name: 'setInterval', message: 'No timers here: sleep in the workflow, in a loop' },
  { name: 'setTimeout', message: 'No timers here: the workflow sleeps, or the runbook waits' },
  { name: 'performance', message: 'No clock here: take the time as an argument' },
]
const noPlainError = {
  name: 'Error',
  message:
    'A plain Error retries the workflow’s task for ever: throw ApplicationFailure with a code of domain/errors.ts',
}
const handOver = { name: 'Error', message: 'Say it to people: return handOver(“why”)' }
const noDate = { name: 'Date', message: 'A runbook has no clock: take times from the finding or the answer' }
const noClock = [
  { object: 'Date', property: 'now', message: 'Take the time as an argument: the database’s clock decides' },
  { object: 'Math', property: 'random', message: 'Not the same at replay: take it as an argument' },
]

const configFiles = ['*.config.ts', '*.config.js', 'src/console/**/*.config.ts']

/** @type {Record<string, unknown>} */
const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  // A switch counts once: it is one question.
  complexity: ['error', { max: 10, variant: 'modified' }],
  'max-depth': ['error', { max: 3 }],
  'max-params': ['error', { max: 3 }],
}

/** @type {Record<string, unknown>} */
const promises = {
  'typescript/no-floating-promises': 'error',
  'typescript/await-thenable': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/return-await': ['error', 'error-handling-correctness-only'],
}

/** @type {Record<string, unknown>} */
const habits = {
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/only-throw-error': ['error', { allowThrowingUnknown: true }],
  // Functions and plain objects: there is no `this` to lose.
  'typescript/unbound-method': 'off',
  'typescript/no-base-to-string': 'off',
  'typescript/require-array-sort-compare': 'off',
  'typescript/no-explicit-any': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/consistent-type-imports': 'error',
  'typescript/no-namespace': 'error',
  'import/no-cycle': 'error',
  'import/no-default-export': 'error',
  'node/no-process-env': 'error',
  'no-console': 'error',
  'no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
  ],
  'no-var': 'error',
  'prefer-const': 'error',
  eqeqeq: 'error',
  'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  'unicorn/prefer-node-protocol': 'error',
  'preserve-caught-error': 'error',
}

export default {
  plugins: ['typescript', 'import', 'node', 'unicorn', 'vitest'],
  categories: { correctness: 'error' },
  env: { node: true, es2024: true },
  options: { typeAware: true },
  ignorePatterns: ['dist/**', 'src/store/database/schema.generated.ts'],
  rules: { ...sizes, ...promises, ...habits },
  overrides: [
    ...scopes.map((scope) => ({ files: [...scope.files], rules: { 'no-restricted-imports': borders(scope) } })),
    {
      files: ['src/domain/**', 'src/authoring/**'],
      rules: { 'no-restricted-globals': ['error', ...pure], 'no-restricted-properties': ['error', ...noClock] },
    },
    { files: ['src/workflows/**'], rules: { 'no-restricted-globals': ['error', ...pure, noPlainError] } },
    {
      files: ['src/runbooks/**'],
      rules: {
        'no-restricted-globals': ['error', ...pure, handOver, noDate],
        'no-restricted-properties': ['error', ...noClock],
      },
    },
    { files: ['src/config.ts'], rules: { 'node/no-process-env': 'off' } },
    { files: ['src/console/**'], env: { browser: true }, rules: { 'unicorn/filename-case': 'off' } },
    { files: configFiles, rules: { 'import/no-default-export': 'off' } },
    { files: ['scripts/**'], rules: { 'no-console': 'off', 'node/no-process-env': 'off' } },
    {
      files: ['test/**'],
      rules: {
        'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
        'max-lines-per-function': 'off',
        'max-params': 'off',
        complexity: 'off',
        'node/no-process-env': 'off',
        'vitest/no-restricted-vi-methods': [
          'error',
          { mock: 'Doubles are whole small implementations in test/support', doMock: 'As for mock' },
        ],
        'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
        'vitest/no-conditional-expect': 'off',
        // A test looks into answers of any shape.
        'typescript/no-explicit-any': 'off',
        'vitest/require-to-throw-message': 'off',
        'vitest/no-focused-tests': 'error',
        'vitest/no-disabled-tests': 'error',
      },
    },
  ],
}
