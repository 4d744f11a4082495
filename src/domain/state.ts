import type { Json } from './json.ts'

/**
 * A target’s guard fields as they were read: what an action writes, and what widens its blast radius.
 * A field that does not exist is absent or null.
 */
export type State = { readonly [field: string]: Json }

/** Values that nobody can know at approval, by the name of their placeholder; the permit records them. */
export type Values = { readonly [placeholder: string]: string }

/** What a session must be allowed for a call. */
export interface Grant {
  /** IAM permissions that the operation needs; they are not always its own name. */
  readonly permissions: readonly `${string}:${string}`[]
  /** The ARN to which the permissions are limited. The catalogue writes `{arn}`, `{partition}` and `{region}`; the plan has them filled. */
  readonly resource: string
  /** IAM’s condition for an ARN that cannot be exact, since AWS makes up the id during the call. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** One AWS call of a step, exactly as people approve it. */
export interface DeclaredCall extends Grant {
  /** The API operation, for example `iam:PutUserPolicy`. */
  readonly operation: `${string}:${string}`
  /** What AWS checks for the call on other resources. */
  readonly grants?: readonly Grant[]
  /** The guard field that the call writes. `after` may hold a placeholder such as `{issuedBefore}`. */
  readonly change: {
    readonly field: string
    readonly before: Json
    readonly after: Json
    /** A value that the field has for a moment on its way; one that is left there is not done. */
    readonly via?: string
  }
}

/** The text of a placeholder. */
const PLACEHOLDER = /\{([A-Za-z][\w-]*)\}/g

/** The name of the placeholder that the value is and that is not known yet; undefined for any other value. */
export function placeholderOf(value: Json): string | undefined {
  return typeof value === 'string' ? /^\{([A-Za-z][\w-]*)\}$/.exec(value)?.[1] : undefined
}

/** `after` with every known placeholder filled in. */
export function fill(after: Json, values: Values): Json {
  if (typeof after !== 'string') return after
  return after.replaceAll(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  )
}
