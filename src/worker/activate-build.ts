import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorkerConfig } from '#config'
import type { ExecutorActivities } from '#domain/executor'
import type { RunbookRow } from '#domain/runbook-row'
import { activateBuild as letEpisodesFreeze, registerBuild } from '#store/builds/builds'
import { connect } from '#store/database/database'
import { makeCurrent } from '#temporal/make-current'
import { createTemporal } from '#temporal/temporal'
import { runbookFiles } from './authored-index.ts'
import { keepBuild } from './builds.ts'
import { bundleWorkflows } from './bundle-workflows.ts'
import { type RunbookAuthors, runbookAuthors } from './runbook-authors.ts'
import { runbookTable } from './runbook-table.ts'

const CONNECTIONS = 1

/** A bundle replays under the SDK that it was made with. */
const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json') as { readonly version: string }

/** What `npm run build` made. */
const shipped = fileURLToPath(new URL('../workflows.bundle.js', import.meta.url))
const shippedAuthors = fileURLToPath(new URL('../workflows.authors.json', import.meta.url))
const shippedTable = fileURLToPath(new URL('../workflows.runbooks.json', import.meta.url))

/**
 * Keeps this version’s workflow bundle, with an author’s runbooks in it when there are any, makes it known, waits until a worker serves it and makes it current: the one place that does.
 * Idempotent. Returns the build’s id.
 */
export async function activateBuild(config: WorkerConfig): Promise<string> {
  const bundle = await bundleOf(config)
  const [authors, runbooks] = [authorsOf(config), tableOf(config)]
  const { db, close } = connect(config.databaseUrl, CONNECTIONS)
  const temporal = await createTemporal(config.temporal)
  try {
    const id = keepBuild(config.builds, bundle)
    const table = runbooks.map(({ handles, actions, ...row }) => ({
      ...row,
      handles: [...handles],
      actions: [...actions],
    }))
    const manifest = { sdk: sdk.version, activities: [...activityTypes], authors, runbooks: table }
    await registerBuild(db, { id, manifest })
    await makeCurrent(temporal, id)
    await letEpisodesFreeze(db, id)
    return id
  } finally {
    await temporal.close()
    await close()
  }
}

async function bundleOf({ runbooks: folder, builds }: WorkerConfig): Promise<string> {
  if (folder === undefined) return readFileSync(shipped, 'utf8')
  return bundleWorkflows({ authored: { folder, index: join(builds, 'authored', 'index.js') } })
}

/** Of an author’s runbooks, and of the shipped ones as whoever built this version had them. */
function authorsOf({ runbooks: folder }: WorkerConfig): RunbookAuthors {
  const ofShipped = JSON.parse(readFileSync(shippedAuthors, 'utf8')) as RunbookAuthors
  return folder === undefined ? ofShipped : { ...ofShipped, ...runbookAuthors(folder, runbookFiles(folder)) }
}

/** An author’s runbooks are asked before the shipped ones. */
function tableOf({ runbooks: folder }: WorkerConfig): readonly RunbookRow[] {
  const ofShipped = JSON.parse(readFileSync(shippedTable, 'utf8')) as readonly RunbookRow[]
  return folder === undefined ? ofShipped : [...runbookTable(folder, runbookFiles(folder)), ...ofShipped]
}

/** The types of remote activities that this build’s workflows call: one may go only when no open incident’s build lists it. */
const activityTypes: readonly (keyof ExecutorActivities)[] = [
  'checkAccount',
  'observeTargets',
  'performStep',
  'verifyPlan',
  'collectEvidence',
  'inspectHub',
  'inspectAccount',
]
