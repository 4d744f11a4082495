import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type ActionName, catalogue } from '#domain/catalogue/index'
import { checkKinds } from '#domain/doctor/check'
import { errorKinds, isErrorCode } from '#domain/errors'
import { statementsOf } from '#domain/policy-statements'
import { accountRoles } from '#domain/roles/account-roles'
import { rolePermissions, unboundOf } from '#domain/roles/role-permissions'
import { keepSecrets } from '#embedded/secrets'
import { temporalLaunch } from '#embedded/temporal-server'
import { conditions } from '#gate/conditions'
import { type MetricKind, metricKinds } from '#monitoring/metric-kinds'
import { policyFileSchema } from '#store/policy/policy-schema'
import { contextJsonSchema } from '#store/triage/context-schema'
import { modules, scopes } from '../../../modules.js'
import { filesUnder } from '../../support/imports.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesUnder(root, 'docs', /\.md$/)]

const linksIn = (file: string) =>
  [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link))

/** What stands below a heading of the second level. */
const sectionOf = (file: string, heading: string): string =>
  textOf(file)
    .split(/^## /m)
    .find((section) => section.startsWith(`${heading}\n`)) ?? ''

describe('the documents', () => {
  it('link only to what is there', () => {
    const broken = pages.flatMap((file) =>
      linksIn(file)
        .filter((link) => !existsSync(join(root, dirname(file), link.split('#')[0] ?? '')))
        .map((link) => `${file} → ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('name only sources that are there', () => {
    const missing = pages.flatMap((file) =>
      [...textOf(file).matchAll(/`((?:src|test|policies|scripts|docs)\/[^`\s*]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${file} names ${path}`),
    )
    expect(missing).toEqual([])
  })

  it('describe every module of the table', () => {
    const described = [...sectionOf('docs/architecture.md', 'Modules').matchAll(/^\| ([a-z]+) \|/gm)]
    expect(described.map(([, name]) => name).filter((name) => name !== 'module')).toEqual([...modules])
  })

  it('say of every module what the table lets it import', () => {
    const rows = [...sectionOf('docs/architecture.md', 'Modules').matchAll(/^\| ([a-z]+) \| [^|]+ \|([^|]*)\|$/gm)]
    const told = rows.map(([, name = '', text = '']) => [
      name,
      modules.filter((module) => module !== name && new RegExp(`\\b${module}\\b`).test(text)),
    ])
    const allowed = modules.map((name) => {
      const imports = Object.keys(scopes.find((scope) => scope.name === name)?.imports ?? {})
      const reached = new Set(imports.map((place) => place.split('/')[0]))
      return [name, modules.filter((module) => reached.has(module))]
    })
    expect(told.filter(([name]) => name !== 'module')).toEqual(allowed)
  })

  it('list the conditions of the gate in the order in which they are asked', () => {
    const told = [...sectionOf('docs/architecture.md', "The gate's list").matchAll(/`([a-z_]+)`/g)]
    expect(told.map(([, code]) => code)).toEqual(conditions.map(({ code }) => code))
  })

  it('tell operators what to do about every code that is theirs', () => {
    const [, rows = ''] = textOf('docs/guides/operators.md').split('| code | what to do |')
    const told = [...rows.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code)
    expect(told.filter((code) => !isErrorCode(code))).toEqual([])
    const theirs = Object.entries(errorKinds).flatMap(([code, { actor }]) => (actor === 'operator' ? [code] : []))
    expect(told).toEqual(expect.arrayContaining(theirs))
  })

  it('may promise that nobody else is talked to: the Temporal server does not ask its maker for news', () => {
    expect(textOf('README.md')).toContain('and to\nnobody else')
    const folder = mkdtempSync(join(tmpdir(), 'cordon-temporal-'))
    const { env } = temporalLaunch({ program: 'temporal', port: 1, namespace: 'x', database: join(folder, 'x.db') })
    rmSync(folder, { recursive: true })
    expect(env).toMatchObject({ TEMPORAL_VERSION_CHECK_DISABLED: '1' })
  })

  it('say what every secret of a home is for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-secrets-'))
    keepSecrets(folder)
    const kept = readdirSync(folder)
    rmSync(folder, { recursive: true })
    const told = [...textOf('SECURITY.md').matchAll(/`secrets\/([a-z-]+)(?:\.[a-z]+)?(\*?)`/g)]
    const isTold = (file: string) =>
      told.some(([, name = '', open]) => (open === '*' ? file.startsWith(name) : file.split('.')[0] === name))
    expect(kept.filter((file) => !isTold(file))).toEqual([])
  })

  it('explain every variable of the environment that is read, and no other', () => {
    const read = new Set(
      [
        ...[
          'src/config.ts',
          'src/variables.ts',
          'src/aws-variables.ts',
          'src/source-variables.ts',
          'src/log-variables.ts',
        ]
          .map(textOf)
          .join('\n')
          .matchAll(/'((?:CORDON|TEMPORAL|AWS|XDG|DATABASE)_[A-Z_]+[A-Z])'/g),
      ].map(([, name]) => name),
    )
    const table = textOf('docs/guides/operators.md')
    const told = new Set(
      [...table.matchAll(/`((?:CORDON|TEMPORAL|AWS|XDG|DATABASE)_[A-Z0-9_]+)`/g)].map(([, name]) => name),
    )
    told.delete('CORDON_TOKEN_APPROVER1')
    expect([...told].toSorted()).toEqual([...read].toSorted())
  })

  it('show a runbook and its test that are run', () => {
    const guide = textOf('docs/guides/runbook-authors.md')
    for (const file of ['leaked-build-key.ts', 'leaked-build-key.test.ts'])
      expect(guide).toContain(`\`\`\`ts\n${textOf(`test/unit/authoring/${file}`)}\`\`\``)
  })

  it('show a recorded run of the drill', () => {
    const [, recorded = ''] = /<!-- drill:begin -->([\s\S]*)<!-- drill:end -->/.exec(textOf('README.md')) ?? []
    expect(recorded).toContain('incident.recovered')
    expect(recorded).toContain('the containment was verified')
  })
})

/** Written by `npm run docs`, from what the program itself goes by. */
describe('the generated pages', () => {
  it('list every error code', async () => {
    const rows = Object.entries(errorKinds).map(
      ([code, { means, http, retry, actor }]) => `| \`${code}\` | ${means} | ${http} | ${retry} | ${actor} |`,
    )
    await expect(
      page(
        'Error codes',
        'What went wrong, its HTTP status, whether the same call may succeed later by itself, and who acts next.',
        ['| code | means | HTTP | retry | next |', '|---|---|---|---|---|', ...rows],
      ),
    ).toMatchFileSnapshot(join(root, 'docs/reference/errors.md'))
  })

  it('list every check of the doctor', async () => {
    const rows = Object.entries(checkKinds).map(([name, looksAt]) => `| \`${name}\` | ${looksAt} |`)
    await expect(
      page(
        'Checks of the doctor',
        'What `cordon doctor` looks at. Each check says what it found, and the one next step when something needs doing.',
        ['| check | asks |', '|---|---|', ...rows],
      ),
    ).toMatchFileSnapshot(join(root, 'docs/reference/doctor.md'))
  })

  it('list every metric of ours', async () => {
    const rows = Object.entries<MetricKind>(metricKinds).map(
      ([name, { type, label, help, of }]) => `| \`${name}\` | ${type} | ${label ?? ''} | ${help} | ${of.join(', ')} |`,
    )
    await expect(
      page(
        'Metrics',
        'What each process tells Prometheus of Cordon. Beside these are Node’s own (`process_…`, `nodejs_…`), and with worker and executor those of Temporal’s SDK (`temporal_…`).',
        ['| metric | type | label | what | told by |', '|---|---|---|---|---|', ...rows],
      ),
    ).toMatchFileSnapshot(join(root, 'docs/reference/metrics.md'))
  })

  it('list every action with what it may call', async () => {
    await expect(
      page(
        'Actions',
        'What Cordon can change, with the AWS operations and permissions that it needs for it. The sources are the operations’ own pages and ATT&CK.',
        (Object.keys(catalogue) as readonly ActionName[]).flatMap(actionSection),
      ),
    ).toMatchFileSnapshot(join(root, 'docs/reference/actions.md'))
  })

  it('list what each role in an account is allowed, and what accepts no resource', async () => {
    await expect(
      page(
        'Roles in an account',
        'What `cordon roles generate` writes, from the catalogue of actions. `aws:RequestedRegion` bounds whatever is regional to the account’s Regions (not IAM, nor the trail, which shows what is global in one Region); the session of a step is narrower still: its declared calls on their exact resources.',
        rolePermissions().flatMap(roleSection),
      ),
    ).toMatchFileSnapshot(join(root, 'docs/reference/roles.md'))
  })

  it('publish the schema of the policy file', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Cordon policy',
      ...policyFileSchema,
    }
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'docs/reference/policy.schema.json'),
    )
  })

  it('give the JSON Schema of the context', async () => {
    await expect(`${JSON.stringify(contextJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'docs/reference/context.schema.json'),
    )
  })
})

const page = (title: string, intro: string, lines: readonly string[]): string =>
  [`# ${title}`, '', intro, '', ...lines, ''].join('\n')

function roleSection({ role, allowed }: ReturnType<typeof rolePermissions>[number]): readonly string[] {
  const rows = statementsOf(allowed).map(({ Action, Resource, Condition = {} }) => {
    const keys = Object.values(Condition).flatMap((entries) => Object.entries(entries))
    const cells = [Action, [Resource].flat(), keys.map(([key, value]) => `${key} = ${String(value)}`)]
    return `| ${cells.map((cell) => cell.map((one) => `\`${one}\``).join(', ')).join(' | ')} |`
  })
  const unbound = unboundOf(role).map((one) => `\`${one}\``)
  return [
    `## ${role}`,
    '',
    `${accountRoles[role]}.`,
    '',
    '| may | on | if |',
    '|---|---|---|',
    ...rows,
    '',
    unbound.length === 0
      ? 'Everything here is bound to resources.'
      : `AWS takes no resource for ${unbound.join(', ')}: they list everything or nothing, and change nothing.`,
    '',
  ]
}

function actionSection(action: ActionName): readonly string[] {
  const { title, target, phase, tier, reversible, operations, reads, revertedWhen, sources } = catalogue[action]
  const permissions = (of: readonly { readonly permissions: readonly string[] }[]) =>
    [...new Set(of.flatMap((one) => one.permissions))].map((permission) => `\`${permission}\``).join(', ')
  return [
    `## ${action}`,
    '',
    `${title}.`,
    '',
    '| | |',
    '|---|---|',
    `| target | ${target} |`,
    `| phase | ${phase} |`,
    `| tier | ${tier}, ${reversible ? 'reversible' : 'not reversible'} |`,
    `| put back when released as | ${revertedWhen.join(', ')} |`,
    `| may change by | ${permissions(operations)} |`,
    `| reads by | ${permissions(reads)} |`,
    `| sources | ${sources.join('; ')} |`,
    '',
  ]
}
