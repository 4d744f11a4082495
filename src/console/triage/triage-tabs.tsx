import { Tabs } from '#console/parts/tabs.tsx'
import { texts } from '#console/texts/texts.ts'

const { triage: said } = texts

export const TriageTabs = () => (
  <Tabs
    label={said.area}
    tabs={[
      ['triage', said.reviews],
      ['suppressions', said.suppressions],
      ['problems', said.problems],
      ['cases', said.cases],
      ['context', said.context],
    ]}
  />
)
