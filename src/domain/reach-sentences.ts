import type { HeldPolicy } from './reach.ts'
import { conditionsOf, listOf, type ReadStatement, readStatements } from './roles/role-document.ts'
import { matchesWildcards } from './wildcards.ts'

interface Ability {
  readonly may: string
  /** Any of them is enough. */
  readonly actions: readonly string[]
}

/** What an intruder would look for first. Source: ATT&CK for cloud, TA0003 to TA0010; IAM, privileges that give others. */
const abilities: readonly Ability[] = [
  { may: 'assume', actions: ['sts:AssumeRole'] },
  {
    may: 'change who may do what through',
    actions: [
      'iam:AddUserToGroup',
      'iam:AttachGroupPolicy',
      'iam:AttachRolePolicy',
      'iam:AttachUserPolicy',
      'iam:CreateAccessKey',
      'iam:CreateLoginProfile',
      'iam:CreatePolicyVersion',
      'iam:CreateUser',
      'iam:PutGroupPolicy',
      'iam:PutRolePolicy',
      'iam:PutUserPolicy',
      'iam:SetDefaultPolicyVersion',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateLoginProfile',
    ],
  },
  { may: 'hand over', actions: ['iam:PassRole'] },
  {
    may: 'read secrets of',
    actions: [
      'secretsmanager:GetSecretValue',
      'secretsmanager:BatchGetSecretValue',
      'ssm:GetParameter',
      'ssm:GetParameters',
    ],
  },
  { may: 'decrypt by', actions: ['kms:Decrypt'] },
  { may: 'read objects of', actions: ['s3:GetObject', 's3:GetObjectVersion'] },
  { may: 'change or delete objects of', actions: ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'] },
  { may: 'run commands on', actions: ['ssm:SendCommand', 'ssm:StartSession', 'ec2-instance-connect:SendSSHPublicKey'] },
  { may: 'start instances in', actions: ['ec2:RunInstances'] },
  { may: 'change or call functions of', actions: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'] },
  {
    may: 'switch off logs or detectors of',
    actions: [
      'cloudtrail:StopLogging',
      'cloudtrail:DeleteTrail',
      'guardduty:DeleteDetector',
      'guardduty:UpdateDetector',
    ],
  },
]

const MOST_NAMED = 5

/**
 * What the policies allow, one plain sentence for each thing that matters in each statement, with the policy that says so. A denial without a
 * condition about everything takes an ability away; any other is told beside it. What is no policy is told as not understood.
 */
export function reachSentences(policies: readonly HeldPolicy[]): readonly string[] {
  const read = policies.map(({ name, document }) => ({ name, statements: readStatements(document) }))
  const told = read.flatMap(({ name, statements }) => (statements ?? []).map((statement) => ({ name, statement })))
  const denied = told.filter(({ statement }) => statement.Effect === 'Deny').map(({ statement }) => statement)
  const closed = denied.filter(isOutright)
  return [
    ...new Set([
      ...told.flatMap(({ name, statement }) =>
        statement.Effect === 'Allow' ? allowed(statement, closed).map((text) => `${text}, by ${name}`) : [],
      ),
      ...told.flatMap(({ name, statement }) =>
        statement.Effect === 'Deny'
          ? [`is denied ${actionsText(statement)} on ${resourcesText(statement)}, by ${name}`]
          : [],
      ),
      ...read.flatMap(({ name, statements }) =>
        statements === null ? [`what ${name} says cannot be understood`] : [],
      ),
    ]),
  ]
}

/** Without a condition, and about every resource. */
const isOutright = (statement: ReadStatement): boolean =>
  statement.Condition === undefined && listOf(statement.Resource).includes('*')

function allowed(statement: ReadStatement, closed: readonly ReadStatement[]): readonly string[] {
  const where = `${resourcesText(statement)}${conditionsText(statement)}`
  if (covers(statement, '*') && !closed.some((one) => covers(one, '*')))
    return [
      listOf(statement.Resource).includes('*')
        ? `may do everything${conditionsText(statement)}`
        : `may do everything with ${where}`,
    ]
  const found = abilities.filter(({ actions }) =>
    actions.some((action) => covers(statement, action) && !closed.some((one) => covers(one, action))),
  )
  return found.map(({ may }) => `may ${may} ${where}`)
}

/** Whether the statement is about the action; `*` asks whether it is about all of them. */
function covers({ Action, NotAction }: ReadStatement, action: string): boolean {
  const isIn = (patterns: unknown) => listOf(patterns).some((pattern) => matchesAction(String(pattern), action))
  if (NotAction !== undefined) return action !== '*' && !isIn(NotAction)
  return isIn(Action)
}

function matchesAction(pattern: string, action: string): boolean {
  if (action === '*') return pattern === '*' || pattern === '*:*'
  return matchesWildcards(pattern.toLowerCase(), action.toLowerCase())
}

const namesText = (all: readonly unknown[]): string => {
  const rest = all.length - MOST_NAMED
  const named = all.slice(0, MOST_NAMED).map((one) => (one === '*' ? 'anything' : String(one)))
  return `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

const resourcesText = ({ Resource, NotResource }: ReadStatement): string =>
  NotResource === undefined ? namesText(listOf(Resource)) : `anything but ${namesText(listOf(NotResource))}`

const actionsText = ({ Action, NotAction }: ReadStatement): string =>
  NotAction === undefined ? namesText(listOf(Action)) : `anything but ${namesText(listOf(NotAction))}`

function conditionsText(statement: ReadStatement): string {
  const conditions = conditionsOf(statement)
  if (conditions.length === 0) return ''
  const said = conditions.map(({ operator, key, values }) => `${key} ${operator} ${namesText(values)}`)
  return `, where ${said.join(' and ')}`
}
