import type { Runbooks } from '#api/schemas/runbooks'
import { ask } from '#console/shell/ask.ts'

export type Runbook = Runbooks['runbooks'][number]
export const readRunbooks = () => ask<Runbooks>('/api/runbooks')
