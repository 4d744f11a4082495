/** What a test of a runbook imports as `cordon/testing`. */
export { noActivity, testFinding, testInstanceFinding } from './test-finding.ts'
export { type RuleTest, testRule } from './test-rule.ts'
export { type RunbookTest, type TestOptions, testRunbook } from './test-runbook.ts'
export {
  type Cast,
  type CastVote,
  type ScriptedOutcome,
  type TestEvent,
  type TestPlan,
  type TestWorld,
  usualCast,
  usualPolicy,
} from './test-world.ts'
