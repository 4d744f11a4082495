import { AthenaClient, CreateWorkGroupCommand, type WorkGroupConfiguration } from '@aws-sdk/client-athena'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { LogPlace } from '#domain/logs/log-place'
import { READER } from '#domain/roles/account-roles'
import { logPolicy } from '#domain/roles/role-policies'
import { type RunningSimulator, SHOP_STAGING } from './simulator.ts'

const REGION = 'eu-central-1'
/** What one query may read. */
export const CUT_OFF_BYTES = 10_000_000_000

/** Where the simulated organisation keeps its logs. */
export const organizationLogs: LogPlace = {
  account: SHOP_STAGING,
  region: REGION,
  workgroup: 'cordon',
  database: 'logs',
  tables: {
    trail: { name: 'cloudtrail', day: 'day', account: 'account', region: null },
    flows: { name: 'vpc_flow', day: 'day', account: null, region: null },
    dns: { name: 'resolver_queries', day: 'day', account: null, region: null },
    objects: { name: 's3_data_events', day: 'day', account: 'account', region: null },
    kubernetes: { name: 'eks_audit', day: 'day', account: 'account', region: 'region' },
  },
  data: ['organization-logs/AWSLogs/'],
  keys: [],
  seconds: 20,
}

/** A workgroup as Cordon wants it. */
export const boundedWorkgroup: WorkGroupConfiguration = {
  EnforceWorkGroupConfiguration: true,
  BytesScannedCutoffPerQuery: CUT_OFF_BYTES,
  ManagedQueryResultsConfiguration: { Enabled: true },
}

type Simulated = Pick<RunningSimulator, 'client'>

/** The workgroup, and what lets the reading role of the logs’ account ask. */
export async function setUpLogs(
  simulator: Simulated,
  configuration: WorkGroupConfiguration = boundedWorkgroup,
  place: LogPlace = organizationLogs,
): Promise<void> {
  const athena = new AthenaClient(simulator.client(SHOP_STAGING, REGION))
  await athena.send(new CreateWorkGroupCommand({ Name: place.workgroup, Configuration: configuration }))
  await allowLogs(simulator, place)
}

export async function allowLogs(simulator: Simulated, place: LogPlace = organizationLogs): Promise<void> {
  const iam = new IAMClient(simulator.client(SHOP_STAGING, 'us-east-1'))
  const { name, document } = logPolicy(place, 'aws')
  const policy = { RoleName: READER, PolicyName: name, PolicyDocument: JSON.stringify(document) }
  await iam.send(new PutRolePolicyCommand(policy))
}
