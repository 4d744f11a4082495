// Two transactions that waited for each other, or could not be put in an order: one of them is undone and may simply run again.
const transient: ReadonlySet<string> = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/** Runs the transaction again when the database undid it for the sake of another one. */
export async function retrying<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt >= ATTEMPTS || !transient.has(sqlState(error))) throw error
    }
  }
}

/** The SQLSTATE of a database error, or an empty text. */
export const sqlState = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
