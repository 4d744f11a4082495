/** A statement of a policy that somebody else wrote: nothing of it is believed. */
export interface ReadStatement {
  readonly Effect?: unknown
  readonly Action?: unknown
  readonly NotAction?: unknown
  readonly Resource?: unknown
  readonly NotResource?: unknown
  readonly Principal?: unknown
  readonly NotPrincipal?: unknown
  readonly Condition?: unknown
}

/** The statements of a policy (JSON), or null when it is none. */
export function readStatements(document: string): readonly ReadStatement[] | null {
  try {
    const { Statement: statements } = JSON.parse(document) as { readonly Statement?: unknown }
    return listOf(statements) as readonly ReadStatement[]
  } catch {
    // Whoever wrote it sees it in the text of the check.
    return null
  }
}

/** IAM lets a list of one be written without its brackets. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

/** A condition’s entries, by operator and key in small letters. */
export const conditionsOf = ({ Condition }: ReadStatement) =>
  Object.entries((Condition ?? {}) as Readonly<Record<string, object>>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: listOf(values).map(String),
    })),
  )
