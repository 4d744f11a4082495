import {
  DescribeOrganizationalUnitCommand,
  ListParentsCommand,
  OrganizationsClient,
  paginateListAccounts,
  paginateListDelegatedAdministrators,
  paginateListTagsForResource,
} from '@aws-sdk/client-organizations'
import type { DelegatedAdministrator, OrganizationAccount } from '#domain/organization-context'

export interface ReadOrganization {
  readonly accounts: readonly OrganizationAccount[]
  readonly administrators: readonly DelegatedAdministrator[]
}

/** Detectors that one account of the organisation can administer for all. */
const SERVICES = ['guardduty.amazonaws.com', 'securityhub.amazonaws.com'] as const
/** Source: Organizations quotas, OUs can be nested five levels deep. */
const MOST_LEVELS = 6

/**
 * The active accounts with their units and tags, and who administers detectors. Asks AWS as whoever runs the command: the management account, or an account that may read
 * the organisation. It only reads. Throws AWS’s own errors.
 */
export async function readOrganization(client: OrganizationsClient): Promise<ReadOrganization> {
  const units = new Map<string, readonly string[]>()
  const accounts: OrganizationAccount[] = []
  for await (const { Accounts: page = [] } of paginateListAccounts({ client }, {}))
    for (const { Id: id, Name: name = '', State } of page)
      if (id !== undefined && State === 'ACTIVE')
        accounts.push({ id, name, units: await unitsOf(client, id, units), tags: await tagsOf(client, id) })
  return { accounts, administrators: await administratorsIn(client) }
}

/** What AWS’s own chain of credentials and settings makes; an address in `AWS_ENDPOINT_URL` counts. */
export const organizationsClient = (): OrganizationsClient => new OrganizationsClient({ region: 'us-east-1' })

async function unitsOf(
  client: OrganizationsClient,
  account: string,
  known: Map<string, readonly string[]>,
): Promise<readonly string[]> {
  const names: string[] = []
  let child = account
  for (let level = 0; level < MOST_LEVELS; level++) {
    const { Parents: [parent] = [] } = await client.send(new ListParentsCommand({ ChildId: child }))
    if (parent?.Id === undefined || parent.Type !== 'ORGANIZATIONAL_UNIT') return names
    const name = known.get(parent.Id) ?? [await nameOf(client, parent.Id)]
    known.set(parent.Id, name)
    names.unshift(...name)
    child = parent.Id
  }
  return names
}

async function nameOf(client: OrganizationsClient, unit: string): Promise<string> {
  const found = await client.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: unit }))
  return found.OrganizationalUnit?.Name ?? unit
}

async function tagsOf(client: OrganizationsClient, ResourceId: string): Promise<Readonly<Record<string, string>>> {
  const tags: Record<string, string> = {}
  for await (const { Tags: page = [] } of paginateListTagsForResource({ client }, { ResourceId }))
    for (const { Key, Value } of page) if (Key !== undefined) tags[Key] = Value ?? ''
  return tags
}

async function administratorsIn(client: OrganizationsClient): Promise<readonly DelegatedAdministrator[]> {
  const found: DelegatedAdministrator[] = []
  for (const service of SERVICES)
    for await (const { DelegatedAdministrators: page = [] } of paginateListDelegatedAdministrators(
      { client },
      { ServicePrincipal: service },
    ))
      found.push(...page.flatMap(({ Id }) => (Id === undefined ? [] : [{ service, account: Id }])))
  return found
}
