import { describe, expect, it } from 'vitest'
import type { Options } from '#cli/command'
import { createProgram } from '#cli/program'

interface Typed {
  readonly as: string
  readonly words: readonly (string | undefined)[]
  readonly options: Options
}

async function typed(...line: readonly string[]): Promise<Typed | undefined> {
  let heard: Typed | undefined
  const program = createProgram(async ({ as }, words, options) => {
    heard = { as, words, options }
  })
  await program.parseAsync(['node', 'cordon', ...line])
  return heard
}

describe('what is typed', () => {
  it('after a command of a group that is a command itself is for that command', async () => {
    expect(await typed('changes', 'approve', 'c1', '--as', 'approver2', '--json')).toEqual({
      as: 'approver1',
      words: ['c1'],
      options: { as: 'approver2', json: true },
    })
    expect(await typed('changes', 'c1', '--json')).toMatchObject({ words: ['c1'], options: { json: true } })
    expect(await typed('changes', '--status', 'proposed')).toMatchObject({ options: { status: 'proposed' } })
  })

  it('more than once is a list', async () => {
    const line = ['policy', 'explain', '--account', '1', '--action', 'denyUser', '--tag', 'a=b', '--tag', 'c=d']
    expect((await typed(...line))?.options['tag']).toEqual(['a=b', 'c=d'])
  })

  it('as words of a command is in their order', async () => {
    expect(await typed('settle', 'inc-1', 'task-1', '--how', 'kept')).toMatchObject({ words: ['inc-1', 'task-1'] })
    expect(await typed('policy', 'check')).toMatchObject({ words: [undefined] })
  })
})
