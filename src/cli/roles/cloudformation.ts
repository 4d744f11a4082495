import { Document, Scalar, visit, YAMLSeq } from 'yaml'
import { READER } from '#domain/roles/account-roles'
import { logPolicy } from '#domain/roles/role-policies'
import { callerPolicy } from '#domain/roles/role-trust'
import { callerName, identitiesOf, rolesWith } from './json.ts'
import type { Wanted } from './wanted.ts'

const REGIONS = '{regions}'
const EXTERNAL_ID = '{externalId}'
const HAS_LOGS = 'HasLogs'
const VERSION = '2010-09-09'

/** CloudFormation’s YAML for the roles of an account: one template for a StackSet, in which every account finds its own values. */
export function cloudformationOfAccounts(wanted: Wanted): string {
  const roles = rolesWith(wanted, {
    partition: '${AWS::Partition}',
    account: '${AWS::AccountId}',
    regions: [REGIONS],
    externalId: EXTERNAL_ID,
  })
  const resources = roles.flatMap(({ name, description, maxSessionSeconds, trust, policies }) => [
    ...policies.map((policy) => [
      `${policy.name}Policy`,
      {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { ManagedPolicyName: policy.name, PolicyDocument: policy.document },
      },
    ]),
    [
      name,
      {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: name,
          Description: description,
          MaxSessionDuration: maxSessionSeconds,
          AssumeRolePolicyDocument: trust,
          ManagedPolicyArns: policies.map((policy) => `{ref}${policy.name}Policy`),
        },
      },
    ],
  ])
  return textOf({
    AWSTemplateFormatVersion: VERSION,
    Description: 'The roles of Cordon in an account',
    Mappings: {
      Accounts: Object.fromEntries(
        wanted.accounts.map(({ id, regions, externalId }) => [id, { ExternalId: externalId, Regions: regions }]),
      ),
    },
    ...logsOf(wanted, Object.fromEntries(resources)),
  })
}

/** The resources, and in the account of the logs what lets its reading role ask them. */
function logsOf({ logs }: Wanted, resources: object): object {
  if (logs === undefined) return { Resources: resources }
  const { name, document } = logPolicy(logs, '${AWS::Partition}')
  const Properties = { ManagedPolicyName: name, PolicyDocument: document, Roles: [`{ref}${READER}`] }
  const policy = { Type: 'AWS::IAM::ManagedPolicy', Condition: HAS_LOGS, Properties }
  return {
    Conditions: { [HAS_LOGS]: { 'Fn::Equals': ['{ref}AWS::AccountId', logs.account] } },
    Resources: { ...resources, [`${name}Policy`]: policy },
  }
}

/** The same for the identities of the hub, which exist already. */
export function cloudformationOfHub({ partition, hub, accounts }: Wanted): string {
  const policies = identitiesOf(hub).map(([identity, principal]) => {
    const [, kind = '', name = ''] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? []
    const PolicyDocument = callerPolicy(identity, { partition, accounts: accounts.map(({ id }) => id) })
    const holders = kind === 'user' ? { Users: [name] } : { Roles: [name] }
    const Properties = { ManagedPolicyName: callerName[identity], PolicyDocument, ...holders }
    return [callerName[identity], { Type: 'AWS::IAM::ManagedPolicy', Properties }]
  })
  return textOf({
    AWSTemplateFormatVersion: VERSION,
    Description: 'What the identities of Cordon’s hub may do',
    Resources: Object.fromEntries(policies),
  })
}

/** The template as YAML, with CloudFormation’s functions as tags where values differ between accounts. */
function textOf(template: object): string {
  const document = new Document(template, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, { items }) => (items.length === 1 && isText(items[0], REGIONS) ? ofAccount('Regions') : undefined),
    Scalar: (_, node) => functionOf(node),
  })
  return document.toString({ lineWidth: 0 })
}

const isText = (node: unknown, text: string): boolean => node instanceof Scalar && node.value === text

/** YAML of before 1.2, which CloudFormation reads, takes it for a date when it has no quotes. */
const A_DATE = /^\d{4}-\d\d-\d\d$/

function functionOf(node: Scalar): YAMLSeq | Scalar | undefined {
  const { value, tag } = node
  if (typeof value !== 'string' || tag !== undefined) return undefined
  if (value === EXTERNAL_ID) return ofAccount('ExternalId')
  if (value.startsWith('{ref}')) return quoted(value.slice('{ref}'.length), '!Ref')
  if (value.includes('${AWS::')) return quoted(value, '!Sub')
  return A_DATE.test(value) && node.type !== Scalar.QUOTE_SINGLE ? quoted(value) : undefined
}

function quoted(value: string, tag?: string): Scalar {
  const node = new Scalar(value)
  node.type = Scalar.QUOTE_SINGLE
  if (tag !== undefined) node.tag = tag
  return node
}

/** What the mapping says of the account that the stack is in. */
function ofAccount(key: string): YAMLSeq {
  const found = new YAMLSeq()
  found.tag = '!FindInMap'
  found.flow = true
  found.items = [new Scalar('Accounts'), quoted('AWS::AccountId', '!Ref'), new Scalar(key)]
  return found
}
