import { READER } from '#domain/roles/account-roles'
import { logPolicy } from '#domain/roles/role-policies'
import { callerPolicy } from '#domain/roles/role-trust'
import { callerName, identitiesOf, rolesWith } from './json.ts'
import type { Wanted } from './wanted.ts'

const ACCOUNT = '${data.aws_caller_identity.current.account_id}'
const REGIONS = '{regions}'
const EXTERNAL_ID = '{externalId}'

/** Terraform’s HCL for the roles of an account: the same file for every account, which finds its own ExternalId and Regions. */
export function terraformOfAccounts(wanted: Wanted): string {
  const roles = rolesWith(wanted, {
    partition: '${data.aws_partition.current.partition}',
    account: ACCOUNT,
    regions: [REGIONS],
    externalId: EXTERNAL_ID,
  })
  const accounts = Object.fromEntries(
    wanted.accounts.map(({ id, regions, externalId }) => [id, { external_id: externalId, regions }]),
  )
  return [
    'data "aws_caller_identity" "current" {}',
    'data "aws_partition" "current" {}',
    `locals {\n  accounts = ${encoded(accounts, 1)}\n  account  = local.accounts[data.aws_caller_identity.current.account_id]\n}`,
    ...roles.flatMap(({ name, description, maxSessionSeconds, trust, policies }) => [
      block('aws_iam_role', name, [
        `name                 = ${JSON.stringify(name)}`,
        `description          = ${JSON.stringify(description)}`,
        `max_session_duration = ${maxSessionSeconds}`,
        `assume_role_policy   = jsonencode(${expressed(trust)})`,
      ]),
      ...policies.flatMap((policy) => [
        block('aws_iam_policy', policy.name, [
          `name   = ${JSON.stringify(policy.name)}`,
          `policy = jsonencode(${expressed(policy.document)})`,
        ]),
        block('aws_iam_role_policy_attachment', policy.name, [
          `role       = aws_iam_role.${name}.name`,
          `policy_arn = aws_iam_policy.${policy.name}.arn`,
        ]),
      ]),
    ]),
    ...logsOf(wanted),
  ].join('\n\n')
}

/** In the account of the logs: what lets its reading role ask them. */
function logsOf({ logs }: Wanted): readonly string[] {
  if (logs === undefined) return []
  const { name, document } = logPolicy(logs, '${data.aws_partition.current.partition}')
  const count = `count  = data.aws_caller_identity.current.account_id == ${JSON.stringify(logs.account)} ? 1 : 0`
  return [
    block('aws_iam_policy', name, [
      count,
      `name   = ${JSON.stringify(name)}`,
      `policy = jsonencode(${expressed(document)})`,
    ]),
    block('aws_iam_role_policy_attachment', name, [
      count,
      `role       = aws_iam_role.${READER}.name`,
      `policy_arn = aws_iam_policy.${name}[0].arn`,
    ]),
  ]
}

/** The same for the identities of the hub, which exist already. */
export const terraformOfHub = ({ partition, hub, accounts }: Wanted): string =>
  identitiesOf(hub)
    .map(([identity, principal]) => {
      const [, kind = '', name = ''] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? []
      const document = callerPolicy(identity, { partition, accounts: accounts.map(({ id }) => id) })
      return block(`aws_iam_${kind}_policy`, callerName[identity], [
        `name   = ${JSON.stringify(callerName[identity])}`,
        `${kind.padEnd('policy'.length)} = ${JSON.stringify(name)}`,
        `policy = jsonencode(${encoded(document, 1)})`,
      ])
    })
    .join('\n\n')

const block = (type: string, name: string, lines: readonly string[]): string =>
  `resource ${JSON.stringify(type)} ${JSON.stringify(name)} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`

/** A literal of HCL is written as JSON is. */
const encoded = (value: unknown, depth: number): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${'  '.repeat(depth)}`)

/** The document with the account’s own values in it. */
const expressed = (document: unknown): string =>
  encoded(document, 1)
    .replaceAll(new RegExp(`\\[\\s*"${REGIONS}"\\s*\\]`, 'g'), 'local.account.regions')
    .replaceAll(`"${EXTERNAL_ID}"`, 'local.account.external_id')
