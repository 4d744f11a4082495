import { AwsFault } from '#simulator/wire/fault'

/** Gives the value back, or throws this fault when there is none. */
export function present<T>(value: T | undefined, fault: () => AwsFault): T {
  if (value === undefined) throw fault()
  return value
}

export const fault = (code: string, message: string, status = 400): AwsFault => new AwsFault(code, message, { status })
