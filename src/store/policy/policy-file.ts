import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'
import { type Document, isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import { type LeaseTerms, usualLease } from '#domain/lease'
import { type BreakGlass, noPasskeys, type Policy } from '#domain/policy'
import { meaningProblems, type PolicyMeaning } from './policy-meaning.ts'
import { budgetFrom, ladderFrom, ms, overrideFrom } from './policy-overrides.ts'
import { type PolicyFile, policyFileSchema } from './policy-schema.ts'
import { ACCOUNT, CLOCK, DATE, DURATION, UNIT } from './policy-schema-parts.ts'

/** One thing that is wrong with a policy file, and where. */
export interface PolicyProblem {
  /** Counted from 1; 0 when no line can be named. */
  readonly line: number
  readonly path: string
  readonly message: string
}

/** The line of what stands at the path, counted from 1; 0 when the file does not have it. */
export type LineOf = (path: readonly string[]) => number

export type ReadPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly lineOf: LineOf }
  | { readonly kind: 'problems'; readonly problems: readonly PolicyProblem[] }

/** Reads a policy from its YAML, or says everything that is wrong with it at once. What the file leaves out is as in `policies/default.yaml`. */
export function readPolicyFile(source: string): ReadPolicy {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true })
  const lineAt = (offset: number): number => lines.linePos(offset).line
  if (document.errors.length > 0)
    return refused(
      document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        path: '',
        message: message.split('\n')[0] ?? message,
      })),
    )
  const content = contentOf(document)
  if (content === undefined) return refused([{ line: 0, path: '', message: 'an alias names no anchor, or too much' }])
  const lineOf: LineOf = (path) => {
    const node = nodeAt(document, path)
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
    return Array.isArray(range) && typeof range[0] === 'number' ? lineAt(range[0]) : 0
  }
  const problems = problemsOf(content, lineOf)
  if (problems.length > 0 || !isPolicyFile(content)) return refused(problems)
  const policy = policyFrom(content)
  const contrary = meaningProblems(policy).map((one) => located(one, lineOf))
  return contrary.length > 0 ? refused(inOrder(contrary)) : { kind: 'policy', policy, lineOf }
}

/** The node at the path, whose numbers may be places in a list or keys. */
function nodeAt(document: Document, path: readonly string[]): unknown {
  let node: unknown = document.contents
  for (const part of path) {
    if (!isMap(node) && !isSeq(node)) return undefined
    const number = Number(part)
    node = node.get(isSeq(node) ? number : part, true) ?? (isMap(node) ? node.get(number, true) : undefined)
  }
  return node
}

/** What a rule means otherwise than it says, with its line. */
const located = ({ path, message }: PolicyMeaning, lineOf: LineOf): PolicyProblem => ({
  line: lineOf(path) || lineOf(path.slice(0, -1)),
  path: path.join('.'),
  message: `${path.join('.')} ${message}`,
})

const inOrder = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  problems.toSorted((one, other) => one.line - other.line)

function contentOf(document: Document): unknown {
  try {
    return document.toJS() ?? {}
  } catch {
    // The parser’s own reading is complete; only aliases are resolved here.
    return undefined
  }
}

/** The JSON Schema of the policy file, for editors. */
export const policyJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Cordon policy',
  ...policyFileSchema,
})

const refused = (problems: readonly PolicyProblem[]): ReadPolicy => ({ kind: 'problems', problems })

const isPolicyFile = (content: unknown): content is PolicyFile => Value.Check(policyFileSchema, content)

/** A file that is wrong in more places is wrong as a whole. */
const MOST_PROBLEMS = 100

function problemsOf(content: unknown, lineOf: LineOf): readonly PolicyProblem[] {
  Settings.Set({ maxErrors: MOST_PROBLEMS })
  const errors = Value.Errors(policyFileSchema, content).filter(({ keyword }) => keyword !== 'additionalProperties')
  const problems = errors.map(({ instancePath, keyword, message, params }) => {
    const parts = instancePath.split('/').slice(1)
    const path = parts.join('.')
    const wrong = meaningOf[String('pattern' in params ? params.pattern : keyword)] ?? message
    const allowed = 'allowedValues' in params ? `: ${params.allowedValues.join(', ')}` : ''
    return { line: lineOf(parts), path, message: `${path === '' ? 'the file' : path} ${wrong}${allowed}` }
  })
  return inOrder(problems)
}

/** What the schema’s own words mean to who wrote the file, by keyword or by pattern. */
const meaningOf: Readonly<Record<string, string>> = {
  boolean: 'is no key of a policy',
  enum: 'must be one of',
  [DURATION]: 'must be a duration such as 500ms, 5s, 30m, 4h or 2d',
  [ACCOUNT]: 'must be an AWS account id of 12 digits',
  [UNIT]: 'must be the path of an organizational unit, such as /workloads/production',
  [CLOCK]: 'must be a time of the day, such as 08:30',
  [DATE]: 'must be a date, such as 2026-12-23 or 2026-12-23T18:00',
}

/** The values of what a file leaves out; `policies/default.yaml` says the same with comments. */
const defaults = {
  clocks: { decideBy: '30m', runBy: '15m' },
  verify: { after: ['0s', '10s', '60s', '5m'], watch: '30m' },
  production: { R0: 0, R1: 0, R2: 2, R3: 2 },
  nonproduction: { R0: 0, R1: 0, R2: 1, R3: 2 },
  automatic: { assets: 3, per: '10m' },
  approved: { assets: 100, per: '10m' },
  wideAbove: 10,
  breakGlass: { people: [], assets: 3, review: '24h', remind: '1h' },
  repeat: 3,
  untrackWindow: 'never',
  volatileCapture: 'never',
  failOver: '60s',
  pageLimit: { pages: 6, per: '10m' },
  protected: [
    {
      name: 'break-glass-admin',
      instructions:
        'Ask the owner of the break-glass procedure; this user is the way in when everything else is closed.',
    },
    { name: 'Cordon*', instructions: "Cordon's own roles are changed by their owner, with the generated templates." },
    { name: 'cordon-*', instructions: "Cordon's own users are changed by their owner, with the generated templates." },
  ],
} as const

function policyFrom(file: PolicyFile): Policy {
  const clocks = { ...defaults.clocks, ...file.clocks }
  const verify = { ...defaults.verify, ...file.verify }
  const { untrackWindow, volatileCapture, repeat, failOver, pageLimit } = { ...defaults, ...file }
  return {
    clocks: { decideByMs: ms(clocks.decideBy), runByMs: ms(clocks.runBy) },
    verify: { afterMs: verify.after.map(ms), watchMs: ms(verify.watch) },
    quorum: {
      production: { ...defaults.production, ...file.quorum?.production },
      nonproduction: { ...defaults.nonproduction, ...file.quorum?.nonproduction },
    },
    ladder: ladderFrom(file.ladder ?? []),
    untrackWindow,
    volatileCapture,
    repeat,
    failOverMs: ms(failOver),
    pageLimit: { pages: pageLimit.pages, windowMs: ms(pageLimit.per) },
    budgets: budgetsFrom(file.budgets ?? {}),
    breakGlass: breakGlassFrom(file.breakGlass ?? {}),
    protected: file.protected ?? defaults.protected,
    mode: { default: 'observe', accounts: {}, ...file.mode },
    ...rulesFrom(file),
    ...timeoutFrom(file),
    ...writeBackFrom(file),
    ...leaseFrom(file),
    ...passkeysFrom(file),
    ...(file.requireAttested === true ? { requireAttested: true as const } : {}),
  }
}

/** What is left out is for whoever applies the file to say: it never changes by silence. */
const passkeysFrom = ({ passkeyFor }: PolicyFile): Pick<Policy, 'passkeyFor'> =>
  passkeyFor === undefined ? {} : { passkeyFor: { ...noPasskeys, ...passkeyFor } }

/** Left out where nothing is written back: a policy from before it could be keeps its digest. */
const writeBackFrom = ({ writeBack }: PolicyFile): Pick<Policy, 'writeBack'> =>
  writeBack === undefined ? {} : { writeBack: { archive: 'never', ...writeBack } }

const timeoutFrom = ({ onTimeout }: PolicyFile): Pick<Policy, 'onTimeout'> =>
  onTimeout === undefined ? {} : { onTimeout: { production: [], nonproduction: [], ...onTimeout } }

/** Left out where nothing is said: a policy from before there were leases keeps its digest, and the usual one holds. */
const leaseFrom = ({ lease }: PolicyFile): Pick<Policy, 'lease'> =>
  lease === undefined ? {} : { lease: leaseTerms(lease) }

const leaseTerms = ({ for: term, warn }: NonNullable<PolicyFile['lease']>): LeaseTerms => ({
  forMs: term === undefined ? usualLease.forMs : ms(term),
  warnMs: warn === undefined ? usualLease.warnMs : ms(warn),
})

function breakGlassFrom(file: NonNullable<PolicyFile['breakGlass']>): BreakGlass {
  const { people, assets, review, remind } = { ...defaults.breakGlass, ...file }
  return { people, assets, reviewMs: ms(review), remindMs: ms(remind) }
}

/** Left out where there are none: a policy from before there were any keeps its digest. */
const rulesFrom = ({ overrides, freezes }: PolicyFile): Pick<Policy, 'overrides' | 'freezes'> => ({
  ...(overrides === undefined ? {} : { overrides: overrides.map(overrideFrom) }),
  ...(freezes === undefined ? {} : { freezes }),
})

function budgetsFrom(file: NonNullable<PolicyFile['budgets']>): Policy['budgets'] {
  const { automatic, approved, tagGroups, wideAbove } = file
  const [organisation, scalingGroup] = [budgetFrom(file.organisation), budgetFrom(file.scalingGroup)]
  const budget = ({ assets, per }: { assets: number; per: string }) => ({ assets, windowMs: ms(per) })
  return {
    automatic: budget({ ...defaults.automatic, ...automatic }),
    approved: budget({ ...defaults.approved, ...approved }),
    ...(organisation === undefined ? {} : { organisation }),
    ...(scalingGroup === undefined ? {} : { scalingGroup }),
    ...(tagGroups === undefined ? {} : { tagGroups: tagGroups.map(({ tag, ...of }) => ({ tag, ...budget(of) })) }),
    wideAbove: wideAbove ?? defaults.wideAbove,
  }
}
