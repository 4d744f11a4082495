import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from '../run.ts'
import { list, object, rowsOf, text, time } from './record.ts'
import { type Checker, violationOf } from './violation.ts'
import { cordonsWrites, writeOf } from './writes.ts'

const violation = violationOf('I11')

/** I11: nothing by Cordon changes what the policy protects, and without somebody’s vote nothing that carries the tag for care. */
export const protectedAssets: Checker = (run) =>
  cordonsWrites(run).flatMap((call) => {
    const name = namesIn(call).find((one) => isProtected(run, call, one))
    return name === undefined ? [] : [violation(call.requestId, `${call.operation} on ${name}, which is protected`)]
  })

const NAMES = [
  'userName',
  'roleName',
  'instanceId',
  'autoScalingGroupName',
  'functionName',
  'bucket',
  'dbInstanceIdentifier',
]

/** What a request names as its target. */
function namesIn({ parameters }: CallRow): readonly string[] {
  const asked = object(parameters)
  const nested = text(object(asked['instanceSpecification']), 'instanceId')
  return [...NAMES.map((name) => text(asked, name)), nested, ...list(asked, 'instanceIds').map(String)].filter(
    (name) => name !== '',
  )
}

const isProtected = (run: FaultRun, call: CallRow, name: string): boolean =>
  isListed(run, call.account, name) || (isTagged(run, call.account, name) && !isVotedFor(run, call))

function isVotedFor(run: FaultRun, call: CallRow): boolean {
  const { plan } = writeOf(run, call)
  return rowsOf(run, 'vote').some(
    (row) => text(row, 'plan') === plan && text(row, 'decision') === 'approve' && time(row, 'at') <= call.at,
  )
}

/** Every policy that was ever in force counts: they are few, and none takes a protection back unnoticed. */
const isListed = (run: FaultRun, account: string, name: string): boolean =>
  rowsOf(run, 'policy')
    .flatMap((row) => list(object(row['body']), 'protected').map(object))
    .some((entry) => (text(entry, 'account') || account) === account && patternOf(text(entry, 'name')).test(name))

const patternOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`))
      .join('.*')}$`,
  )

const TABLES = ['user', 'role', 'instance', 'autoScalingGroup', 'function', 'database']

const isTagged = ({ state }: FaultRun, account: string, name: string): boolean =>
  TABLES.flatMap((table) => Object.entries(state[table] ?? {})).some(
    ([key, document]) => key.startsWith(`${account}/`) && key.endsWith(`/${name}`) && hasTag(object(document)),
  )

const hasTag = (document: Row): boolean => object(document['tags'])['cordon:protected'] === 'true'
