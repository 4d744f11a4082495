#!/usr/bin/env node
import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

const DONE = 0
const WRONG_USAGE = 2

const program = createProgram(async (...typed) => {
  const { perform } = await import('./perform.ts')
  process.exitCode = await perform(...typed)
})

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Commander has said what was wrong.
  process.exitCode = error.exitCode === DONE ? DONE : WRONG_USAGE
}
