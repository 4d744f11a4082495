import type { Json } from './json.ts'

/**
 * A target’s guard fields as they were read: what an action writes, and what widens its blast radius.
 * A field that does not exist is absent or null.
 */
export type State = { readonly [field: string]: Json }

/** Values that nobody can know at approval, by the name of their placeholder; the permit records them. */
export type Values = { readonly [placeholder: string]: string }

/** One AWS call of a step, exactly as people approve it. */
export interface DeclaredCall {
  /** The API operation, for example `iam:PutUserPolicy`. */
  readonly operation: `${string}:${string}`
  /** IAM permissions that the operation needs; they are not always its own name. */
  readonly permissions: readonly `${string}:${string}`[]
  /** The ARN to which the permissions are limited. The catalogue writes `{arn}`, `{partition}` and `{region}`; the plan has them filled. */
  readonly resource: string
  /** The guard field that the call writes. `after` may hold a placeholder such as `{issuedBefore}`. */
  readonly change: { readonly field: string; readonly before: Json; readonly after: Json }
}

/** `after` with every known placeholder filled in. */
export function fill(after: Json, values: Values): Json {
  if (typeof after !== 'string') return after
  return after.replaceAll(/\{([A-Za-z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}
