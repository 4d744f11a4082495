/** What the demo policy says, with read-backs at once: a bench measures work, not waiting. Budgets do not end it. */
export const benchPolicy = (policy: string): string =>
  policy
    .replace('after: [0s, 1s]', 'after: [0s, 50ms]')
    .replace('watch: 10s', 'watch: 300ms')
    .replace('approved: { assets: 100, per: 10m }', 'approved: { assets: 100000, per: 10m }')
