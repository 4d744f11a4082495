import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { importEntries } from '#cli/commands/context-file'
import { readOrganization } from '#cli/organization/read-organization'
import { entriesOfAccounts } from '#domain/organization-context'
import { contextWith, readContextFile } from '#store/triage/context-file'
import { HUB, type RunningSimulator, SHOP_PRODUCTION, startSimulator } from '../../support/simulator.ts'

let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.stop())

const client = (account: string) => new OrganizationsClient(simulator.client(account, 'us-east-1'))

describe('the accounts of the organisation', () => {
  it('are entries of a context with their owner and unit, and say who administers the detectors', async () => {
    const { accounts, administrators } = await readOrganization(client(HUB))
    expect(administrators).toEqual([{ service: 'guardduty.amazonaws.com', account: HUB }])
    const entries = entriesOfAccounts(accounts, [])
    expect(entries).toHaveLength(4)
    expect(entries[0]).toEqual({
      id: `account-${SHOP_PRODUCTION}`,
      kind: 'asset',
      owner: 'shop',
      reason: 'account shop-production in Production, by AWS Organizations',
      accounts: [SHOP_PRODUCTION],
      environment: 'production',
    })
    expect(readContextFile(contextWith('', entries)).kind).toBe('context')
  })

  it('are added to a file that keeps what it has, and its comments', async () => {
    const { accounts } = await readOrganization(client(HUB))
    const source = `# ours
entries:
  - { id: shop, kind: asset, owner: shop team, reason: ours, accounts: ["${SHOP_PRODUCTION}"] } # by hand
`
    const read = readContextFile(source)
    const present = read.kind === 'context' ? read.context.entries : []
    const changed = contextWith(source, entriesOfAccounts(accounts, present))
    expect(changed).toContain('# ours')
    expect(changed).toContain('# by hand')
    const again = readContextFile(changed)
    expect(again.kind === 'context' && again.context.entries.map(({ id }) => id)).toEqual([
      'shop',
      `account-${HUB}`,
      'account-444455556666',
      'account-777788889999',
    ])
  })

  it('cannot be read by an account that may not read the organisation', async () => {
    await expect(readOrganization(client(SHOP_PRODUCTION))).rejects.toThrow("You don't have permissions")
  })

  it('are printed by the command, which asks AWS as whoever runs it, with who administers the detectors above', async () => {
    const { accessKeyId, secretAccessKey } = simulator.administrator(HUB)
    vi.stubEnv('AWS_ENDPOINT_URL', simulator.endpoint)
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
    const { text } = await importEntries({ words: ['organizations'], options: {} } as never)
    vi.unstubAllEnvs()
    expect(text).toMatch(/^# guardduty\.amazonaws\.com is administered by 222233334444: .*--administrator 222233334444/)
    expect(readContextFile(text).kind).toBe('context')
  })

  it('are read and nothing else', async () => {
    await readOrganization(client(HUB))
    const operations = (await simulator.calls({})).map(({ operation }) => operation)
    expect(operations.filter((name) => !/:(List|Describe)/.test(name))).toEqual([])
  })
})
