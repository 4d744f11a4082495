/** What a test of a runbook imports as `cordon/testing`. */
export { type RunbookTest, type TestOptions, testRunbook } from './test-runbook.ts'
export type { Cast, CastVote, ScriptedOutcome, TestEvent, TestPlan, TestWorld } from './test-world.ts'
