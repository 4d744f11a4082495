import { Tabs } from '#console/parts/tabs.tsx'
import { texts } from '#console/texts/texts.ts'

const { received: said } = texts

export const FindingTabs = () => (
  <Tabs
    label={said.area}
    tabs={[
      ['findings', said.title],
      ['quarantine', said.quarantine],
      ['accounting', said.accounting],
    ]}
  />
)
