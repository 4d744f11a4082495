import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const ROOT = new URL('../../', import.meta.url).pathname
/** Clients of AWS that are not ours. */
const CLIENTS = ['boto3==1.44.5', 'awscli==1.46.3']
/** An AWS emulator that is not ours. */
const MOTO = ['moto[server]==5.1.22']
/** What drives both sides of the comparison with it. */
const DIFFER = [...MOTO, 'boto3==1.44.5', 'hypothesis==6.170.17']
/** A reader of Athena’s SQL and a database that are not ours. */
const SQL = ['sqlglot==30.30.0', 'duckdb==2.0.1']
const INSTALL_TIMEOUT_MS = 300_000
const RUN_TIMEOUT_MS = 60_000

/** Programs of a Python virtual environment that holds boto3 and the AWS CLI. */
export interface Python {
  readonly python: string
  readonly aws: string
}

export async function preparePython(): Promise<Python> {
  const home = await environmentWith(CLIENTS)
  return { python: join(home, 'bin/python'), aws: join(home, 'bin/aws') }
}

/** The program that serves moto. */
export const prepareMoto = async (): Promise<string> => join(await environmentWith(MOTO), 'bin/moto_server')

/** The Python that compares moto with the simulator. */
export const prepareDiffer = async (): Promise<string> => join(await environmentWith(DIFFER), 'bin/python')

/** The Python that reads Athena’s SQL and answers it. */
export const prepareSql = async (): Promise<string> => join(await environmentWith(SQL), 'bin/python')

/** Makes a virtual environment, or takes the one that an earlier run made from the same pins. */
async function environmentWith(packages: readonly string[]): Promise<string> {
  const cache = join(ROOT, 'node_modules/.cache/cordon')
  const home = join(cache, `python-${createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)}`)
  if (!existsSync(join(home, 'ready'))) await makeEnvironment({ cache, home, packages })
  return home
}

interface NewEnvironment {
  readonly cache: string
  readonly home: string
  readonly packages: readonly string[]
}

async function makeEnvironment({ cache, home, packages }: NewEnvironment): Promise<void> {
  await mkdir(cache, { recursive: true })
  rmSync(home, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', home], { timeout: INSTALL_TIMEOUT_MS })
  await run(join(home, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    timeout: INSTALL_TIMEOUT_MS,
  })
  writeFileSync(join(home, 'ready.new'), packages.join('\n'))
  renameSync(join(home, 'ready.new'), join(home, 'ready'))
}

/** What the programs find in their environment: the simulator and one identity, nothing of the machine's own AWS set-up. */
export const awsEnvironment = (settings: {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}): NodeJS.ProcessEnv => ({
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  AWS_ENDPOINT_URL: settings.endpoint,
  AWS_ACCESS_KEY_ID: settings.accessKeyId,
  AWS_SECRET_ACCESS_KEY: settings.secretAccessKey,
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
})

/** Runs a program and answers with its standard output; a failure carries what it said. */
export async function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run(program, args, { env, timeout: RUN_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 })
  return stdout
}
