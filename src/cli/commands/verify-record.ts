import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOG_ORIGIN, publicKeyLine } from '#audit/checkpoint'
import { type Asked, option, type Run } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { readStartConfig } from '#config'

/** Whether a record is what its log was signed for. Works on the database itself, with the address of its owner. */
export const verify: Run = async (asked) => {
  const file = option(asked.options, 'checkpoint')
  const trust = { keyLine: keyLineOf(asked), kept: file === undefined ? [] : [readFileSync(file, 'utf8')] }
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { verifyRecord } = await import('#worker/verify-record')
  const verdict = await verifyRecord(databaseOf(asked), trust)
  const { size, incidents, openIncidents, plans, openPermits, lastEvent, problems } = verdict
  const text = [
    `${size} entries under checkpoints; the last thing happened at ${lastEvent?.toISOString() ?? '(nothing yet)'}`,
    `${incidents} incidents, ${openIncidents} of them not closed; ${plans} plans; ${openPermits} steps without an outcome`,
    ...(problems.length === 0 ? ['The record is what its log was signed for.'] : problems.slice(0, SHOWN)),
    ...(problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more; --json shows all`] : []),
  ]
  return {
    document: { ok: problems.length === 0, ...verdict },
    text: text.join('\n'),
    ...(problems.length === 0 ? {} : { hasFailed: true as const }),
  }
}

const SHOWN = 20

function keyLineOf({ options, connection }: Asked): string {
  const given = option(options, 'key')
  if (given !== undefined) return given
  const file = join(connection.home, 'secrets', 'log-key.pem')
  if (existsSync(file)) return publicKeyLine(LOG_ORIGIN, readFileSync(file, 'utf8'))
  throw wrongUsage('--key is missing: the line that the sealer prints at each start, in log/sealer.log')
}

function databaseOf({ connection }: Asked): string {
  const url = readStartConfig().databaseUrl ?? connection.servers.database
  if (url !== undefined && new URL(url).password !== '') return url
  throw wrongUsage('DATABASE_URL is missing: the address of the owner of the database, with its password')
}
