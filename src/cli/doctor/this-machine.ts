import type { Asked } from '#cli/command'
import { readStartConfig, type StartConfig } from '#config'
import { type Check, type Diagnosis, ill } from '#domain/doctor/check'
import { judgePlace } from '#domain/doctor/place'

/** What an installation on this machine would be started with, or why it could not be. */
export type Local =
  | { readonly kind: 'known'; readonly config: StartConfig }
  | { readonly kind: 'wrong'; readonly check: Check }

/** Reads the environment as `npm start` does. */
export function readLocal(): Local {
  try {
    return { kind: 'known', config: readStartConfig() }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: 'wrong', check: ill('environment', text, 'Correct these variables, or unset them') }
  }
}

/** The home and its port; nothing when another Cordon is meant. */
export async function placeChecks({ connection }: Asked, local: Local): Promise<readonly Check[]> {
  if (connection.source === 'environment') return []
  if (local.kind === 'wrong') return [local.check]
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { inspectPlace } = await import('#embedded/inspect-place')
  return judgePlace(await inspectPlace(connection.home, local.config.port))
}

/** The servers that the environment or the home names, asked directly because there is no api to ask. */
export async function serversChecks({ connection }: Asked, local: Local): Promise<Diagnosis> {
  if (local.kind === 'wrong') return { checks: [], notes: [] }
  const { databaseUrl, temporal } = local.config
  const { database, temporal: embedded } = connection.servers
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { inspectServers } = await import('#embedded/inspect-servers')
  return inspectServers({
    databaseUrl: databaseUrl ?? (database !== undefined && new URL(database).password !== '' ? database : undefined),
    temporal: temporal.address === undefined ? embedded : { address: temporal.address, namespace: temporal.namespace },
  })
}
