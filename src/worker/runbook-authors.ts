import { execFileSync } from 'node:child_process'
import { parse } from 'node:path'

const GIT_TIMEOUT_MS = 10_000

/** Addresses by runbook. */
export type RunbookAuthors = Readonly<Record<string, string>>

/**
 * Who changed each runbook last: the address of the author of its file’s last commit. Without git, or for a file that it does not know, nobody.
 * A runbook has its file’s name.
 */
export function runbookAuthors(folder: string, files: readonly string[]): RunbookAuthors {
  const authors = files.map((file) => [parse(file).name, authorOf(folder, file)] as const)
  return Object.fromEntries(authors.filter(([, author]) => author !== ''))
}

function authorOf(folder: string, file: string): string {
  try {
    const asked = ['log', '-1', '--format=%ae', '--', file]
    const answer = execFileSync('git', asked, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: GIT_TIMEOUT_MS,
    })
    return answer.toString('utf8').trim()
  } catch (error) {
    // No git, or no repository: the folder came another way, and says nothing of its authors.
    if (error instanceof Error) return ''
    throw error
  }
}
