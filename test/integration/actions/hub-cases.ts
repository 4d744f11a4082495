import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub'
import type { HubFinding, Target } from '#domain/targets'
import type { Case, Looked } from './case.ts'
import { judgeBenign, know } from './finding-cases.ts'
import { ACCOUNT, type ActionWorld, REGION } from './world.ts'

const PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`
const AT = '2026-01-01T00:00:00.000Z'

export const importNamed = ({ securityHub }: ActionWorld, Id: string) =>
  securityHub.batchImportFindings({
    Findings: [
      {
        SchemaVersion: '2018-10-08',
        Id,
        ProductArn: PRODUCT,
        GeneratorId: 'edr',
        AwsAccountId: ACCOUNT,
        CreatedAt: AT,
        UpdatedAt: AT,
        Title: 'Seen',
        Description: 'Seen',
        Severity: { Label: 'LOW' },
        Resources: [{ Type: 'Other', Id: 'host' }],
      },
    ],
  })

/** A finding of another product, on which somebody worked already. */
export async function makeHubFinding(world: ActionWorld, name: string): Promise<HubFinding> {
  await world.securityHub.enableSecurityHub({})
  await importNamed(world, name)
  await world.securityHub.batchUpdateFindings({
    ...identified(name),
    Note: { Text: 'I look at it', UpdatedBy: 'somebody' },
    Workflow: { Status: 'NOTIFIED' },
  })
  await know(world, name, { type: 'edr', source: 'security-hub' })
  await judgeBenign(world)
  return {
    kind: 'hub-finding',
    account: ACCOUNT,
    region: REGION,
    id: name,
    productArn: PRODUCT,
    note: 'The scan of every night',
    workflow: 'SUPPRESSED',
  }
}

const identified = (Id: string) => ({ FindingIdentifiers: [{ Id, ProductArn: PRODUCT }] })

export async function hubFindings({ securityHub }: ActionWorld): Promise<readonly AwsSecurityFinding[]> {
  const { Findings = [] } = await securityHub.getFindings({})
  return Findings
}

const hubTarget = (target: Target): HubFinding => {
  if (target.kind !== 'hub-finding') throw new TypeError(`${target.kind} is in no hub`)
  return target
}

async function lookAtHub(world: ActionWorld, target: Target): Promise<Looked> {
  const { id } = hubTarget(target)
  const all = await hubFindings(world)
  const own = all.find(({ Id }) => Id === id)
  return {
    named: all.some(({ Id }) => Id === 'somebody-elses') ? { 'somebody-elses': 'there' } : {},
    more: [own?.Note?.Text, own?.Note?.UpdatedBy, own?.Workflow?.Status, own?.UpdatedAt],
  }
}

const solve = ({ securityHub }: ActionWorld, target: Target) =>
  securityHub.batchUpdateFindings({ ...identified(hubTarget(target).id), Workflow: { Status: 'RESOLVED' } })

export const hubCases: Readonly<Record<'noteInSecurityHub', Case>> = {
  noteInSecurityHub: {
    make: makeHubFinding,
    writes: ['securityhub:BatchUpdateFindings', 'securityhub:BatchUpdateFindings'],
    undoWrites: ['securityhub:BatchUpdateFindings', 'securityhub:BatchUpdateFindings'],
    // The note is ours still.
    undoWritesAfterTamper: ['securityhub:BatchUpdateFindings'],
    look: lookAtHub,
    drift: solve,
    tamper: solve,
    overwrite: async ({ securityHub }, target) =>
      securityHub.batchUpdateFindings({
        ...identified(hubTarget(target).id),
        Note: { Text: 'It is mine now', UpdatedBy: 'somebody' },
        Workflow: { Status: 'RESOLVED' },
      }),
    beside: (world) => importNamed(world, 'somebody-elses'),
    // A finding has no tags.
    tag: async () => undefined,
    replace: async (world) => {
      await world.securityHub.disableSecurityHub({})
      await world.securityHub.enableSecurityHub({})
    },
  },
}
