import type { ComponentType } from 'preact'
import type { ConsolePlace } from '#domain/console-place'

export interface PageProps {
  /** The part of the address that names one thing, or the empty text. */
  readonly id: string
}

export type Page = ComponentType<PageProps>

/** The page of each address. A page comes when it is first looked at: the first screen carries none but its own. */
export const pages: Readonly<Record<ConsolePlace, () => Promise<Page>>> = {
  now: async () => (await import('#console/now/now-page.tsx')).NowPage,
  incidents: async () => (await import('#console/incidents/incidents-page.tsx')).IncidentsPage,
  incident: async () => (await import('#console/incidents/incident-page.tsx')).IncidentPage,
  plan: async () => (await import('#console/plans/plan-page.tsx')).PlanPage,
  changes: async () => (await import('#console/rules/changes-page.tsx')).ChangesPage,
  change: async () => (await import('#console/rules/change-page.tsx')).ChangePage,
  freeze: async () => (await import('#console/rules/freeze-page.tsx')).FreezePage,
  signIn: async () => (await import('#console/people/sign-in-page.tsx')).SignInPage,
  setUp: async () => (await import('#console/people/set-up-page.tsx')).SetUpPage,
  account: async () => (await import('#console/people/account-page.tsx')).AccountPage,
}
