import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml'
import type { Asked } from '#cli/command'
import { generate } from '#cli/commands/roles'

const ACCOUNTS = [
  { id: '111122223333', regions: ['eu-central-1', 'us-east-1'], externalId: 'cordon-one' },
  { id: '444455556666', regions: ['eu-west-1'], externalId: 'cordon-two' },
]
const HUB = 'arn:aws:iam::222233334444:role/path/cordon-gate,arn:aws:iam::222233334444:user/cordon-executor'

const asked = (options: Asked['options']): Asked =>
  ({
    words: [],
    options: { hub: HUB, ...options },
    api: {
      get: async () => ({ accounts: [...ACCOUNTS, { id: '999999999999', regions: ['eu-west-1'], externalId: null }] }),
    },
  }) as unknown as Asked
const account = ACCOUNTS.map(({ id }) => id).join(',')
const textOf = async (format: string, options: Asked['options'] = {}) =>
  (await generate(asked({ format, account, ...options }))).text

interface Role {
  readonly name: string
  readonly trust: unknown
  readonly policies: readonly { readonly name: string; readonly document: unknown }[]
}

const rolesOf = async (id: string): Promise<readonly Role[]> =>
  (JSON.parse(await textOf('json')) as { id: string; roles: Role[] }[]).find((one) => one.id === id)?.roles ?? []

/** What CloudFormation would make of its functions in the account. */
function resolved(text: string, id: string): Record<string, any> {
  let mappings: Record<string, Record<string, Record<string, unknown>>> = {}
  const sub = (value: string) => value.replaceAll('${AWS::Partition}', 'aws').replaceAll('${AWS::AccountId}', id)
  const scalar = (tag: string, resolve: (value: string) => unknown): ScalarTag => ({ tag, resolve })
  const find: CollectionTag = {
    tag: '!FindInMap',
    collection: 'seq',
    resolve: (seq) => {
      const [map = '', , key = ''] = (seq.toJSON() as string[]).map(String)
      return { find: [map, id, key] } as never
    },
  }
  const tags = [scalar('!Sub', sub), scalar('!Ref', (value) => (value === 'AWS::AccountId' ? id : value)), find]
  const document = parseDocument(text, { customTags: tags })
  expect([...document.errors, ...document.warnings]).toEqual([])
  const template = document.toJS() as Record<string, any>
  mappings = template['Mappings'] ?? {}
  const deep = (value: any): any => {
    if (Array.isArray(value)) return value.map(deep)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value.find)) return mappings[value.find[0]]?.[value.find[1]]?.[value.find[2]]
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deep(one)]))
  }
  return deep(template)
}

/** The documents of Terraform’s file by the name of their resource, in the account. */
function terraformed(text: string, id: string) {
  const { regions, externalId } = ACCOUNTS.find((one) => one.id === id) ?? { regions: [], externalId: '' }
  const inAccount = text
    .replaceAll('${data.aws_caller_identity.current.account_id}', id)
    .replaceAll('${data.aws_partition.current.partition}', 'aws')
    .replaceAll('local.account.regions', JSON.stringify(regions))
    .replaceAll('local.account.external_id', JSON.stringify(externalId))
  const found = [...inAccount.matchAll(/^resource "(\w+)" "(\w+)" \{\n([\s\S]*?)\n\}$/gm)].map(
    ([, type, name, body = '']) => {
      const [, json] = /jsonencode\(([\s\S]*)\)$/m.exec(body) ?? []
      return [`${type}.${name}`, json === undefined ? null : (JSON.parse(json) as unknown)] as const
    },
  )
  return Object.fromEntries(found)
}

describe('cordon roles generate', () => {
  it.each(ACCOUNTS)('says the same in every format for $id', async ({ id, externalId, regions }) => {
    const roles = await rolesOf(id)
    expect(roles.map(({ name }) => name)).toEqual(['CordonReader', 'CordonResponder', 'CordonRestorer'])
    const { Resources: resources } = resolved(await textOf('cloudformation'), id)
    const blocks = terraformed(await textOf('terraform'), id)
    for (const { name, trust, policies } of roles) {
      expect(JSON.stringify(trust)).toContain(externalId)
      expect(resources[name].Properties).toMatchObject({ RoleName: name, AssumeRolePolicyDocument: trust })
      expect(resources[name].Properties.ManagedPolicyArns).toEqual(policies.map((policy) => `${policy.name}Policy`))
      expect(blocks[`aws_iam_role.${name}`]).toEqual(trust)
      for (const policy of policies) {
        expect(JSON.stringify(policy.document)).toContain(JSON.stringify(regions))
        expect(resources[`${policy.name}Policy`].Properties).toEqual({
          ManagedPolicyName: policy.name,
          PolicyDocument: policy.document,
        })
        expect(blocks[`aws_iam_policy.${policy.name}`]).toEqual(policy.document)
        expect(blocks).toHaveProperty([`aws_iam_role_policy_attachment.${policy.name}`])
      }
    }
    expect(Object.keys(resources)).toHaveLength(roles.length + roles.flatMap(({ policies }) => policies).length)
  })

  it('says the same of the hub in every format: the gate opens the writing roles, the executor the reading one', async () => {
    const hub = JSON.parse(await textOf('json', { part: 'hub' })) as {
      identity: string
      policy: { name: string; document: any }
    }[]
    const { Resources: resources } = resolved(await textOf('cloudformation', { part: 'hub' }), '222233334444')
    const blocks = terraformed(await textOf('terraform', { part: 'hub' }), '222233334444')
    const opened = (nth: number) => hub[nth]?.policy.document.Statement[0]
    expect(opened(0)).toEqual({
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Resource: ACCOUNTS.flatMap(({ id }) =>
        ['CordonResponder', 'CordonRestorer'].map((role) => `arn:aws:iam::${id}:role/${role}`),
      ),
    })
    expect(opened(1).Resource).toEqual(ACCOUNTS.map(({ id }) => `arn:aws:iam::${id}:role/CordonReader`))
    for (const { policy } of hub) {
      expect(resources[policy.name].Properties.PolicyDocument).toEqual(policy.document)
      expect([
        blocks[`aws_iam_role_policy.${policy.name}`],
        blocks[`aws_iam_user_policy.${policy.name}`],
      ]).toContainEqual(policy.document)
    }
    expect(resources['CordonGate'].Properties).toMatchObject({ Roles: ['cordon-gate'] })
    expect(resources['CordonExecutor'].Properties).toMatchObject({ Users: ['cordon-executor'] })
  })

  it('lets the reading role of the logs’ account ask them, in every format, and no other role', async () => {
    const logs = join(mkdtempSync(join(tmpdir(), 'cordon-roles-')), 'logs.json')
    const place = { account: '444455556666', region: 'eu-west-1', workgroup: 'cordon', database: 'logs' }
    const where = { tables: { flows: { name: 'vpc_flow' } }, data: ['organization-logs/AWSLogs/'] }
    writeFileSync(logs, JSON.stringify({ ...place, ...where }))
    const found = JSON.parse(await textOf('json', { logs })) as { id: string; roles: Role[] }[]
    const held = found.map(({ id, roles }) => [id, roles.flatMap(({ policies }) => policies.map(({ name }) => name))])
    expect(held.filter(([, names]) => names?.includes('CordonLogs')).map(([id]) => id)).toEqual(['444455556666'])
    const [policy] = found
      .flatMap(({ roles }) => roles.flatMap(({ policies }) => policies))
      .filter(({ name }) => name === 'CordonLogs')
    const { Resources: resources, Conditions: conditions } = resolved(
      await textOf('cloudformation', { logs }),
      '444455556666',
    )
    expect(resources['CordonLogsPolicy']).toMatchObject({
      Condition: 'HasLogs',
      Properties: { PolicyDocument: policy?.document, Roles: ['CordonReader'] },
    })
    expect(conditions['HasLogs']).toEqual({ 'Fn::Equals': ['444455556666', '444455556666'] })
    const terraform = await textOf('terraform', { logs })
    expect(terraformed(terraform, '444455556666')['aws_iam_policy.CordonLogs']).toEqual(policy?.document)
    expect(terraform).toContain('account_id == "444455556666" ? 1 : 0')
    writeFileSync(logs, JSON.stringify({ ...place, ...where, database: 'logs"; --' }))
    await expect(textOf('json', { logs })).rejects.toThrow(/--logs .*database must be/)
  })

  it('needs no record when the ExternalId is given', async () => {
    const options = { account: '111122223333', externalId: 'given-one', region: 'eu-west-1', format: 'json' }
    const { text } = await generate({ ...asked(options), api: undefined } as unknown as Asked)
    expect(text).toContain('"sts:ExternalId": "given-one"')
    expect(text).toContain('"eu-west-1"')
  })

  it.each([
    [{ format: 'yaml' }, /--format is one of cloudformation, terraform, json/],
    [{ format: 'json', part: 'both' }, /--part/],
    [{ format: 'json', hub: 'arn:aws:iam::222233334444:user/one' }, /--hub wants the ARNs of different IAM identities/],
    [{ format: 'json', hub: `${HUB.split(',')[0]},${HUB.split(',')[0]}` }, /--hub wants/],
    [{ format: 'json', account: 'shop' }, /twelve digits/],
    [{ format: 'json', account: '123456789012' }, /is not registered: cordon accounts add/],
    [{ format: 'json', account: '999999999999' }, /has no ExternalId/],
    [{ format: 'json', externalId: 'x1' }, /is of one account/],
    [{ format: 'json', account: '111122223333', externalId: 'x1' }, /--region is missing/],
    [{ format: 'json', account: '111122223333', externalId: '${x}', region: 'eu-west-1' }, /none that STS takes/],
  ])('refuses %j', async (options, message) => {
    await expect(generate(asked({ account, ...options }))).rejects.toThrow(message)
  })
})
