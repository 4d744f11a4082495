import type { Allowed } from '#domain/policy-statements'
import type { LogPlace } from './log-place.ts'

/** Only what Athena does for whoever asks it: the files cannot be read past it. Source: Athena, CalledVia context keys. */
const BY_ATHENA = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } } as const

const ASKING = [
  'athena:GetQueryExecution',
  'athena:GetQueryResults',
  'athena:GetWorkGroup',
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
] as const
const TABLES = ['glue:GetPartitions', 'glue:GetTable'] as const

/** What the reading role of the logs’ account may do beside: ask in one workgroup, about the configured tables, in the configured places. */
export function logGrants(place: LogPlace, partition: string): readonly Allowed[] {
  const { account, region, workgroup, database, tables, data, keys } = place
  const glue = `arn:${partition}:glue:${region}:${account}:`
  const names = Object.values(tables).map(({ name }) => name)
  const buckets = [...new Set(data.map((one) => one.split('/')[0] ?? ''))]
  const byAthena = (permissions: Allowed['permissions'], resources: readonly string[]): readonly Allowed[] =>
    resources.map((resource) => ({ permissions, resource, condition: BY_ATHENA }))
  return [
    { permissions: ASKING, resource: `arn:${partition}:athena:${region}:${account}:workgroup/${workgroup}` },
    ...byAthena(['glue:GetDatabase'], [`${glue}catalog`, `${glue}database/${database}`]),
    ...byAthena(TABLES, [
      `${glue}catalog`,
      `${glue}database/${database}`,
      ...names.map((name) => `${glue}table/${database}/${name}`),
    ]),
    ...byAthena(
      ['s3:GetBucketLocation', 's3:ListBucket'],
      buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`),
    ),
    ...byAthena(
      ['s3:GetObject'],
      data.map((one) => `arn:${partition}:s3:::${one}*`),
    ),
    ...byAthena(['kms:Decrypt'], keys),
  ]
}
