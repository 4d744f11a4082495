import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StartAws } from '#config'
import { writePrivately } from './private-file.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface DemoAccount {
  readonly id: string
  readonly name: string
  readonly environment: 'production' | 'nonproduction'
  /** The path of its organizational unit; absent where nobody says it. */
  readonly unit?: string
  readonly regions: readonly string[]
  readonly credentials: Credentials
  /** What the account’s roles ask for; an emulator that is not ours asks for nothing. */
  readonly externalId?: string
}

/** The accounts of a demo, and the identities of the hub. */
export interface DemoAccounts {
  readonly accounts: readonly DemoAccount[]
  readonly gate: Credentials
  readonly executor: Credentials
  readonly intake: Credentials
}

/** What the simulator wrote at its first start. */
export const simulatedAccounts = (folder: string): DemoAccounts =>
  // Written by the simulator of this version.
  JSON.parse(readFileSync(join(folder, 'identities.json'), 'utf8')) as DemoAccounts

type Loopback = Extract<StartAws, { kind: 'loopback' }>

/** The accounts behind an emulator on this machine: those that are named, else the one that it says it is. */
export async function loopbackAccounts(aws: Loopback, region: string): Promise<DemoAccounts> {
  const { credentials } = aws
  const named =
    aws.accounts.length > 0
      ? aws.accounts
      : [{ id: await callerOf(aws, region), name: 'emulated', environment: 'production' as const }]
  return {
    accounts: named.map((account) => ({ ...account, regions: [region], credentials })),
    gate: credentials,
    executor: credentials,
    intake: credentials,
  }
}

const ANSWER_TIMEOUT_MS = 10_000

/** Asks for the account without a client of AWS’s: emulators do not check signatures, and want to see one. */
async function callerOf({ endpoint, credentials }: Loopback, region: string): Promise<string> {
  const scope = `${credentials.accessKeyId}/20260101/${region}/sts/aws4_request`
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })
    const [, account] = /<Account>(\d{12})<\/Account>/.exec(await response.text()) ?? []
    if (account !== undefined) return account
    throw new Error(`it answered ${response.status} without an account`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${endpoint} did not say which account it is (${why}): start the emulator, or name accounts in CORDON_ACCOUNTS.`,
      { cause },
    )
  }
}

/** Keeps an identity where only the process that it is for is pointed to. */
export function keepCredentials(file: string, { accessKeyId, secretAccessKey }: Credentials): string {
  writePrivately(file, `${JSON.stringify({ accessKeyId, secretAccessKey })}\n`)
  return file
}
