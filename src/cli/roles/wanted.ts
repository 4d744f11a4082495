import { readFileSync } from 'node:fs'
import { type Asked, option } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { type LogPlace, readLogPlace } from '#domain/logs/log-place'
import type { HubIdentities } from '#domain/roles/role-trust'

export interface WantedAccount {
  readonly id: string
  readonly regions: readonly string[]
  readonly externalId: string
}

/** For which accounts and which hub the templates are. */
export interface Wanted {
  readonly partition: string
  readonly hub: HubIdentities
  readonly accounts: readonly WantedAccount[]
  /** Where the organisation’s logs are, when the reading role there is to ask them. */
  readonly logs: LogPlace | undefined
}

interface Recorded {
  readonly accounts: readonly {
    readonly id: string
    readonly regions: readonly string[]
    readonly externalId: string | null
  }[]
}

/** Reads the options; what they leave out comes from the record through the API. Throws wrong usage. */
export async function wantedOf(asked: Asked): Promise<Wanted> {
  const hub = hubOf(option(asked.options, 'hub'))
  const [, partition = ''] = hub.gate.split(':')
  return { partition, hub, accounts: await accountsOf(asked), logs: logsIn(option(asked.options, 'logs')) }
}

/** The file that `CORDON_LOGS` names too. */
function logsIn(file: string | undefined): LogPlace | undefined {
  if (file === undefined) return undefined
  const read = readLogPlace(parsed(file))
  if (read.kind === 'wrong') throw wrongUsage(`--logs ${file}: ${read.problems.join('; ')}`)
  return read.place
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw wrongUsage(
      `--logs ${file} is no file of JSON that can be read: ${error instanceof Error ? error.message : ''}`,
    )
  }
}

const ARN = /^arn:[\w-]+:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/

function hubOf(given = ''): HubIdentities {
  const identities = listed(given)
  const [gate = '', executor = '', intake, ...more] = identities
  if (more.length > 0 || identities.length < 2 || !identities.every((one) => ARN.test(one)) || hasTwins(identities))
    throw wrongUsage(
      '--hub wants the ARNs of different IAM identities with commas between: the gate’s, the executor’s and, where findings are pulled, the intake’s',
    )
  return { gate, executor, ...(intake === undefined ? {} : { intake }) }
}

const hasTwins = (all: readonly string[]): boolean => new Set(all).size < all.length

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

async function accountsOf(asked: Asked): Promise<readonly WantedAccount[]> {
  const ids = listed(option(asked.options, 'account') ?? '')
  const wrong = ids.find((id) => !/^\d{12}$/.test(id))
  if (wrong !== undefined) throw wrongUsage(`--account has “${wrong}”: an account is twelve digits`)
  const externalId = option(asked.options, 'externalId')
  return externalId === undefined ? recorded(asked, ids) : [given(asked, ids, externalId)]
}

function given(asked: Asked, ids: readonly string[], externalId: string): WantedAccount {
  const [id, ...more] = ids
  const regions = listed(option(asked.options, 'region') ?? '')
  if (id === undefined || more.length > 0)
    throw wrongUsage('--external-id is of one account: name it with --account, or leave the id to the record')
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) throw wrongUsage('--external-id is none that STS takes')
  if (regions.length === 0) throw wrongUsage('--region is missing: the Regions in which Cordon may act, with commas')
  return { id, regions, externalId }
}

async function recorded({ api }: Asked, ids: readonly string[]): Promise<readonly WantedAccount[]> {
  const { accounts } = await api.get<Recorded>('/api/accounts')
  const unknown = ids.find((id) => !accounts.some((account) => account.id === id))
  if (unknown !== undefined)
    throw wrongUsage(`Account ${unknown} is not registered: cordon accounts add ${unknown}, or give --external-id`)
  const chosen = accounts.filter(({ id }) => ids.length === 0 || ids.includes(id))
  if (chosen.length === 0) throw wrongUsage('No account is registered: cordon accounts add, or give --external-id')
  return chosen.map(({ id, regions, externalId }) => {
    if (externalId === null)
      throw wrongUsage(`Account ${id} has no ExternalId: its emulator lets roles be assumed as they are`)
    return { id, regions, externalId }
  })
}
