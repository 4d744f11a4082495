import { readFileSync } from 'node:fs'
import { readSecretly } from '#domain/json'
import type { Identity } from './readers.ts'

/** The identity of the hub in the file, `{accessKeyId, secretAccessKey}`, written by whoever set this installation up; undefined without a file. */
export const hubIdentity = (file: string | undefined): Identity | undefined =>
  file === undefined ? undefined : (readSecretly(readFileSync(file, 'utf8'), file) as Identity)
