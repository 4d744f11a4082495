import type { ComponentType } from 'preact'
import { IncidentsPage } from '#console/incidents/incidents-page.tsx'
import { NowPage } from '#console/now/now-page.tsx'
import type { ConsolePlace } from '#domain/console-place'

export interface PageProps {
  /** The part of the address that names one thing, or the empty text. */
  readonly id: string
}

export type Page = ComponentType<PageProps>

/** The page of each address. A page comes when it is first looked at, but for the two that people open Cordon with. */
export const pages: Readonly<Record<ConsolePlace, () => Promise<Page>>> = {
  now: async () => NowPage,
  incidents: async () => IncidentsPage,
  incident: async () => (await import('#console/incidents/incident-page.tsx')).IncidentPage,
  plan: async () => (await import('#console/plans/plan-page.tsx')).PlanPage,
  changes: async () => (await import('#console/rules/changes-page.tsx')).ChangesPage,
  change: async () => (await import('#console/rules/change-page.tsx')).ChangePage,
  freeze: async () => (await import('#console/rules/freeze-page.tsx')).FreezePage,
  coverage: async () => (await import('#console/coverage/coverage-page.tsx')).CoveragePage,
  numbers: async () => (await import('#console/numbers/numbers-page.tsx')).NumbersPage,
  runbooks: async () => (await import('#console/runbooks/runbooks-page.tsx')).RunbooksPage,
  policy: async () => (await import('#console/policy/policy-page.tsx')).PolicyPage,
  drills: async () => (await import('#console/drills/drills-page.tsx')).DrillsPage,
  drill: async () => (await import('#console/drills/drill-page.tsx')).DrillPage,
  audit: async () => (await import('#console/audit/audit-page.tsx')).AuditPage,
  auditEntry: async () => (await import('#console/audit/entry-page.tsx')).EntryPage,
  signIn: async () => (await import('#console/people/sign-in-page.tsx')).SignInPage,
  setUp: async () => (await import('#console/people/set-up-page.tsx')).SetUpPage,
  account: async () => (await import('#console/people/account-page.tsx')).AccountPage,
  investigations: async () => (await import('#console/investigations/investigations-page.tsx')).InvestigationsPage,
  investigation: async () => (await import('#console/investigations/investigation-page.tsx')).InvestigationPage,
  findings: async () => (await import('#console/findings/findings-page.tsx')).FindingsPage,
  finding: async () => (await import('#console/findings/finding-page.tsx')).FindingPage,
  quarantine: async () => (await import('#console/findings/quarantine-page.tsx')).QuarantinePage,
  accounting: async () => (await import('#console/findings/accounting-page.tsx')).AccountingPage,
  triage: async () => (await import('#console/triage/triage-page.tsx')).TriagePage,
  suppressions: async () => (await import('#console/triage/suppressions-page.tsx')).SuppressionsPage,
  problems: async () => (await import('#console/triage/problems-page.tsx')).ProblemsPage,
  cases: async () => (await import('#console/triage/cases-page.tsx')).CasesPage,
  context: async () => (await import('#console/triage/context-page.tsx')).ContextPage,
  people: async () => (await import('#console/people/people-page.tsx')).PeoplePage,
  report: async () => (await import('#console/report/report-page.tsx')).ReportPage,
}
