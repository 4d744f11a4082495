export interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- documents of the API
  readonly body: any
}

export type Call = (method: 'GET' | 'POST', path: string, as: string, body?: unknown) => Promise<Answer>

/** Calls the API of an installation as its demo people. */
export function callerOf({
  url,
  tokens,
}: {
  readonly url: string
  readonly tokens: Readonly<Record<string, string>>
}): Call {
  return async (method, path, as, body) => {
    const headers = { authorization: `Bearer ${tokens[as]}`, 'content-type': 'application/json' }
    const reply = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: await reply.json() }
  }
}
