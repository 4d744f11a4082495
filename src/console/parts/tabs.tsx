import { place } from '#console/shell/place.ts'
import { type ConsolePlace, consolePlaces } from '#domain/console-place'

export type Tab = readonly [place: ConsolePlace, text: string]

/** The pages of one area, beside each other. */
export const Tabs = ({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) => (
  <nav class="tabs" aria-label={label}>
    {tabs.map(([name, text]) => (
      <a key={name} href={consolePlaces[name]} aria-current={name === place.value.name ? 'page' : undefined}>
        {text}
      </a>
    ))}
  </nav>
)
