import { entriesOf, type Loose, type Plant, pick, rewriteEvent, tableOf, take } from '../planting.ts'

const sent: (...asked: Parameters<Plant>) => Loose = ({ client }, random) =>
  pick(
    client.filter(({ kind, subject }) => kind === 'finding' && 'finding' in (subject as Loose)),
    random,
  )

export const conservationPlants: Readonly<Record<string, Plant>> = {
  'an accepted finding is not there': (draft, random) => {
    const { finding } = sent(draft, random)['subject'] as Loose
    take(tableOf(draft, 'finding'), random, ({ finding_id }) => finding_id === finding)
  },
  'an accepted version is not there': (draft, random) => {
    const { finding, updatedAt } = sent(draft, random)['subject'] as Loose
    take(
      tableOf(draft, 'finding_version'),
      random,
      (row) => row['updated_at'] === updatedAt && String(row['finding']).endsWith(String(finding)),
    )
  },
  'a client was told of a finding that never was': (draft) =>
    void draft.client.push({ kind: 'finding', result: 'ok', subject: { finding: 'lost' }, sentAt: draft.takenAt }),
  'a version is kept twice': (draft, random) => {
    const versions = tableOf(draft, 'finding_version')
    versions.push({ ...pick(versions, random) })
  },
  'a finding is there twice': (draft, random) => {
    const findings = tableOf(draft, 'finding')
    findings.push({ ...pick(findings, random) })
  },
  'a finding is in an incident that is not there': (draft, random) =>
    void (pick(tableOf(draft, 'finding'), random)['incident'] = 'inc-000000000000'),
  'a finding is in another incident than the log says': (draft, random) => {
    const finding = pick(tableOf(draft, 'finding'), random)
    finding['incident'] = pick(
      tableOf(draft, 'incident').filter(({ id }) => id !== finding['incident']),
      random,
    )['id']
  },
  'the log does not tell of a version': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'finding.received'),
  'the log tells of a version twice': (draft, random) =>
    void tableOf(draft, 'audit_entry').push({ ...pick(entriesOf(draft, 'finding.received'), random) }),
  'the log tells of another finding': (draft, random) =>
    rewriteEvent(pick(entriesOf(draft, 'finding.received'), random), (event) => {
      event['refs'] = { ...(event['refs'] as Loose), key: 'another' }
    }),
  'what could not be read is gone': (draft, random) => void take(tableOf(draft, 'quarantine'), random),
  'the log does not tell of what could not be read': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'finding.quarantined'),
  'two open incidents are about one thing': (draft, random) => {
    const incidents = tableOf(draft, 'incident')
    incidents.push({ ...pick(incidents, random), id: 'inc-000000000000', status: 'open' })
  },
  'what the detector delivered is gone': (draft, random) => {
    const reported = Object.values(draft.state['finding'] ?? {}).map(({ id }) => id)
    const isReported = (id: unknown): boolean => reported.includes(id)
    const { key } = take(tableOf(draft, 'finding'), random, ({ finding_id }) => isReported(finding_id))
    draft.tables['finding_version'] = tableOf(draft, 'finding_version').filter(({ finding }) => finding !== key)
  },
}
