import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../support/compose.ts'

export interface Image {
  /** What is in the image's working folder. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** Makes in a folder what the Dockerfile copies: what was built, and the packages of production alone. */
export function makeImage(folder: string): Image {
  mkdirSync(folder)
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(root, file), join(folder, file))
  for (const place of ['dist', 'policies']) cpSync(join(root, place), join(folder, place), { recursive: true })
  const { status, stderr } = spawnSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The packages of production cannot be installed:\n${stderr}`)
  return { folder, environment: environmentOf(readFileSync(join(root, 'Dockerfile'), 'utf8')) }
}

/** The variables of the image: `ENV NAME=value OTHER="more words"`. */
function environmentOf(dockerfile: string): Readonly<Record<string, string>> {
  const [, assignments = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
  return Object.fromEntries(
    [...assignments.matchAll(/([A-Z_]+)=(?:"([^"]*)"|(\S+))/g)].map(([, name = '', quoted, plain]) => [
      name,
      quoted ?? plain ?? '',
    ]),
  )
}
