import type { Material, Records, Standing } from '#domain/records'
import { judgeMaterial } from './judge-material.ts'
import { records } from './records.ts'

/** Judges the incident’s findings by the rules of this build, unless a person said what they are. */
export async function judge(asked: Parameters<Records['judgeIncident']>[0]): Promise<Standing> {
  const material = await records.judgeIncident(asked)
  if (!('cases' in material)) return material
  const { context } = material
  return records.keepVerdict({ ...asked, context, uses: usesIn(material), judgement: judgeMaterial(material) })
}

/** Which entries said something of which findings, each once. */
const usesIn = ({ cases }: Material): Parameters<Records['keepVerdict']>[0]['uses'] =>
  cases.flatMap(({ finding, context: { facts } }) =>
    [...new Set(facts.map(({ entry }) => entry))].map((entry) => ({ entry, finding: finding.key })),
  )
