import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { isReadable, isSupportedKey, isSupportedOperator } from './conditions.ts'

/** A policy document in one normal form: every value is a list. */
export interface PolicyDocument {
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** Only in trust policies; `*` in `aws` is everybody. */
  readonly principals?: { readonly aws: readonly string[]; readonly services: readonly string[] }
  readonly conditions: readonly Condition[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** Where a document stands: identity policies name resources, trust policies name principals. */
export type PolicyKind = 'identity' | 'trust'

const VERSIONS = ['2012-10-17', '2008-10-17']
const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement']
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']
const UNSUPPORTED_ELEMENTS = ['NotAction', 'NotResource', 'NotPrincipal']

const malformed = (message: string): AwsFault => new AwsFault('MalformedPolicyDocument', message)

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads a policy document.
 * @throws AwsFault `MalformedPolicyDocument` when AWS would not take it, `NotImplemented` when it says something that this evaluation cannot judge.
 */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const document = parseObject(text)
  for (const name of Object.keys(document))
    if (!DOCUMENT_ELEMENTS.includes(name)) throw malformed(`Syntax errors in policy: unknown element ${name}.`)
  const version = document['Version']
  if (version !== undefined && !VERSIONS.includes(String(version)))
    throw malformed('The policy has an unknown Version.')
  const statements = document['Statement']
  const list = Array.isArray(statements) ? statements : [statements]
  if (list.length === 0) throw malformed('Syntax errors in policy: Statement is empty.')
  return { statements: list.map((statement) => parseStatement(statement, kind)) }
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw malformed('Syntax errors in policy.')
}

function parseStatement(value: unknown, kind: PolicyKind): Statement {
  if (!isObject(value)) throw malformed('Syntax errors in policy: a Statement is not an object.')
  for (const name of Object.keys(value)) {
    if (UNSUPPORTED_ELEMENTS.includes(name)) throw notImplemented(`the policy element ${name}`)
    if (!STATEMENT_ELEMENTS.includes(name)) throw malformed(`Syntax errors in policy: unknown element ${name}.`)
  }
  const effect = value['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed('Syntax errors in policy: Effect must be Allow or Deny.')
  const actions = textsOf(value['Action'], 'Action')
  for (const action of actions) {
    if (action !== '*' && !/^[\w*?-]+:[\w*?]+$/.test(action))
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  return { effect, actions, ...scopeOf(value, kind), conditions: parseConditions(value['Condition']) }
}

function scopeOf(value: Json, kind: PolicyKind): Pick<Statement, 'resources' | 'principals'> {
  if (kind === 'identity') {
    if (value['Principal'] !== undefined) throw malformed('Policy document should not specify a principal.')
    return { resources: textsOf(value['Resource'], 'Resource').map(withoutVariables) }
  }
  if (value['Resource'] !== undefined) throw malformed('Has prohibited field Resource')
  return { resources: ['*'], principals: parsePrincipals(value['Principal']) }
}

function parsePrincipals(value: unknown): NonNullable<Statement['principals']> {
  if (value === '*') return { aws: ['*'], services: [] }
  if (!isObject(value)) throw malformed('Missing required field Principal')
  for (const name of Object.keys(value))
    if (name !== 'AWS' && name !== 'Service') throw notImplemented(`principals of the kind ${name}`)
  const optional = (name: string): readonly string[] =>
    value[name] === undefined ? [] : textsOf(value[name], 'Principal')
  return { aws: optional('AWS'), services: optional('Service') }
}

function parseConditions(value: unknown): readonly Condition[] {
  if (value === undefined) return []
  if (!isObject(value)) throw malformed('Syntax errors in policy: Condition is not an object.')
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isSupportedOperator(operator)) throw notImplemented(`the condition operator ${operator}`)
    if (!isObject(keys)) throw malformed(`Syntax errors in policy: ${operator} is not an object.`)
    return Object.entries(keys).map(([key, values]) => {
      if (!isSupportedKey(key)) throw notImplemented(`the condition key ${key}`)
      const texts = textsOf(values, 'Condition').map(withoutVariables)
      if (!texts.every((text) => isReadable(operator, text)))
        throw malformed(`Syntax errors in policy: ${operator} cannot read a value of ${key}.`)
      return { operator, key, values: texts }
    })
  })
}

function textsOf(value: unknown, element: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const texts = list.map((item) => (typeof item === 'boolean' || typeof item === 'number' ? String(item) : item))
  if (texts.length === 0 || !texts.every((item) => typeof item === 'string'))
    throw malformed(`Syntax errors in policy: ${element} is missing or not text.`)
  return texts
}

function withoutVariables(text: string): string {
  if (text.includes('${')) throw notImplemented('policy variables')
  return text
}
