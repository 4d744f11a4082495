import { readFileSync } from 'node:fs'

/** The shipped demo policy, as text. */
export const demoPolicy = readFileSync(new URL('../../policies/demo.yaml', import.meta.url), 'utf8')

/** Milliseconds instead of seconds: the same policy with read-backs at once and a short watch. */
export const quickened = (policy: string): string =>
  policy.replace('after: [0s, 1s]', 'after: [0s, 50ms]').replace('watch: 10s', 'watch: 300ms')

export const quickPolicy = quickened(demoPolicy)
