/** What must be so for a process to work, by the name of the part; a check throws when it is not. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>

export type PartState = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface Health {
  readonly isWell: boolean
  readonly parts: Readonly<Record<string, PartState>>
}

const PATIENCE_MS = 3000

/** Asks every check at once, each for at most three seconds. Throws nothing. */
export async function healthOf(checks: Checks): Promise<Health> {
  const checked = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const),
  )
  return { isWell: checked.every(([, { ok }]) => ok), parts: Object.fromEntries(checked) }
}

async function stateOf(check: () => Promise<unknown>): Promise<PartState> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    await Promise.race([check(), late])
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

// A refused connection has its reason in its parts.
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
