import type { CallRow } from '#simulator/calls'
import type { FaultRun, Row } from '../run.ts'
import { list, object, rowsOf, text } from './record.ts'
import { type Checker, violationOf } from './violation.ts'
import { cordonsWrites } from './writes.ts'

const violation = violationOf('I11')

/** I11: nothing by Cordon changes what the policy protects or what carries the tag of protected assets. */
export const protectedAssets: Checker = (run) =>
  cordonsWrites(run).flatMap((call) => {
    const name = namesIn(call).find((one) => isProtected(run, call.account, one))
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

const isProtected = (run: FaultRun, account: string, name: string): boolean =>
  isListed(run, account, name) || isTagged(run, account, name)

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
