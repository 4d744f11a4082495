/** Who is asked, and as whom. */
export interface Asked {
  readonly url: string
  readonly token: string | undefined
}

export interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- documents of the API
  readonly body: any
}

const ANSWER_TIMEOUT_MS = 60_000

/** Asks the API once: without a body it reads. Throws when there is no answer. */
export async function ask({ url, token }: Asked, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
