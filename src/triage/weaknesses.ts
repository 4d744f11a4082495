import { type Case, defineTriageRule } from 'cordon/runbook'
import { assessed } from './by-severity.ts'

/** Who looks for weaknesses and never reports an act, by the names that Cordon gives to detectors. */
const lookers: readonly string[] = ['inspector', 'access-analyzer', 'macie']

/** Types by which Security Hub names weaknesses and data. Source: AWS Security Finding Format, types taxonomy. */
const weak: readonly string[] = ['Software and Configuration Checks/', 'Sensitive Data Identifications/']

const isWeakness = ({ finding: { source, type } }: Case): boolean =>
  lookers.includes(source) || weak.some((taxonomy) => type.startsWith(taxonomy))

/** A vulnerability, an open door or data where it should not be: somebody puts it right, and nobody is woken. */
export const weaknesses = defineTriageRule({
  id: 'weakness',
  title: 'A weakness, not an act',
  handles: ['*'],
  judge: (seen) => (isWeakness(seen) ? assessed(seen, 'posture', 'reports a weakness, not an act') : null),
})
