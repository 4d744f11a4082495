/** A change to one file that running incidents would notice. */
export interface Break {
  readonly file: string
  readonly sentence: string
  /** In the file’s part of the bundle, where names of other modules stand behind a prefix. */
  readonly from: RegExp
  readonly to: string
}

/** One for every file of `src/workflows` that asks for something; `misuse.ts` makes errors. */
export const breaks: readonly Break[] = [
  {
    file: 'answer-requests.ts',
    sentence: 'reads the request twice',
    from: /const asked = await (.*readRequest\(\{[^}]*\}\));/,
    to: 'await $1; const asked = await $1;',
  },
  {
    file: 'carry-out-plan.ts',
    sentence: 'asks the gate before it opens the plan',
    from: /const opened = await (\S+openPlan\(\{[^}]*\}\));/,
    to: 'await performStep(plan, 0); const opened = await $1;',
  },
  {
    file: 'climb-ladder.ts',
    sentence: 'waits for the answer before it pages',
    from: /const \{ isTooFew \} = await page\(/,
    to: 'await record.until(isHeard, 1000); const { isTooFew } = await page(',
  },
  {
    file: 'delivering.ts',
    sentence: 'delivers pages where records are written',
    from: /\.proxyActivities\)\(/,
    to: '.proxyLocalActivities)(',
  },
  {
    file: 'episode.ts',
    sentence: 'pages a level twice',
    from: /const paged = await ([^;]*);/,
    to: 'await $1; const paged = await $1;',
  },
  {
    file: 'executor.ts',
    sentence: 'reads accounts where records are written',
    from: /const reading = (.*)\.proxyActivities\)\(/,
    to: 'const reading = $1.proxyLocalActivities)(',
  },
  {
    file: 'follow-record.ts',
    sentence: 'reads the record twice at each wake',
    from: /await refresh\(\);/,
    to: 'await refresh(); await refresh();',
  },
  { file: 'index.ts', sentence: 'gives a workflow another name', from: /carryOutPlan: \(\)/, to: 'carryOut: ()' },
  {
    file: 'inspect-accounts.ts',
    sentence: 'looks at accounts before the hub',
    from: /const hub = await inspectHub\(\{\}\);/,
    to: 'const hub = await Promise.all(accounts.map((account) => inspectAccount({ account })));',
  },
  { file: 'messages.ts', sentence: 'listens to another signal', from: /\('wake'\)/, to: "('awake')" },
  {
    file: 'page-level.ts',
    sentence: 'delivers nothing',
    from: /if \(fresh\.length > 0\) \{/,
    to: 'if (fresh.length > 99) {',
  },
  {
    file: 'pursue-plan.ts',
    sentence: 'reads the record after it stored a plan that waits for votes',
    from: /if \(status !== 'proposed'\)\s*await record\.refresh\(\);/,
    to: 'await record.refresh();',
  },
  {
    file: 'recorder.ts',
    sentence: 'never keeps an answer',
    from: /await \S+answerVerb\(\{[^}]*\}\);/,
    to: '',
  },
  {
    file: 'records.ts',
    sentence: 'writes records elsewhere',
    from: /\.proxyLocalActivities\)\(/,
    to: '.proxyActivities)(',
  },
  {
    file: 'respond-to-incident.ts',
    sentence: 'begins with a wait',
    from: /const (\{ briefing, record \}) = await (.*followRecord\))/,
    to: 'await new Promise((resolve) => setTimeout(resolve, 1000)); const $1 = await $2',
  },
  {
    file: 'run-runbook.ts',
    sentence: 'does not note the runbook',
    from: /await \S+beginContainment\(\{[^}]*\}\);/,
    to: '',
  },
  {
    file: 'verbs.ts',
    sentence: 'does not keep evidence',
    from: /await \S+storeEvidence\(\{[^}]*\}\);/,
    to: '',
  },
  {
    file: 'verify-plan.ts',
    sentence: 'does not record a read-back',
    from: /await \S+recordVerification\(\{[^}]*\}\);/,
    to: '',
  },
]

/** The bundle with the change; throws when the file has no such place, so that a break is never none. */
export function broken(bundle: string, { file, from, to }: Break): string {
  const head = `/***/ "./src/workflows/${file}"`
  const start = bundle.indexOf(head)
  const end = bundle.indexOf('\n/***/ }', start)
  const part = bundle.slice(start, end)
  const changed = part.replace(from, to)
  if (start < 0 || end < 0 || changed === part) throw new Error(`${file} has no ${String(from)} in the bundle`)
  return bundle.slice(0, start) + changed + bundle.slice(end)
}
