import { rmSync } from 'node:fs'
import type { DemoAccount } from './accounts.ts'
import { writePrivately } from './private-file.ts'
import type { Member } from './roster.ts'

/** What `ready.json` says besides the processes. Without `demo` nothing in it opens anything. */
export interface ReadyFacts {
  readonly url: string
  readonly temporal: { readonly address: string; readonly namespace: string }
  /** With its password in a demo only. */
  readonly database: string
  readonly region: string
  /** Where processes of that name are scraped. */
  readonly metrics: Readonly<Record<string, string>>
  readonly demo:
    | {
        readonly endpoint: string
        readonly accounts: readonly DemoAccount[]
        readonly tokens: Readonly<Record<string, string>>
      }
    | undefined
}

/** Tells programs on this machine what runs where; rewritten whenever a process changes. */
export function writeReady(file: string, facts: ReadyFacts, processes: readonly Member[]): void {
  const { url, temporal, database, region, metrics, demo } = facts
  const document = {
    url,
    temporal,
    database,
    aws: demo === undefined ? { region } : { endpoint: demo.endpoint, region, accounts: demo.accounts },
    ...(demo === undefined ? {} : { tokens: demo.tokens }),
    processes: processes.map(({ name, pid }) => ({ name, pid, metrics: metrics[name] })),
  }
  writePrivately(file, `${JSON.stringify(document, null, 2)}\n`)
}

export const removeReady = (file: string): void => rmSync(file, { force: true })
