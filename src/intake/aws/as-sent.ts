import type { Readable } from 'node:stream'

/** A command of any client, as far as what follows needs it. */
interface Sendable {
  readonly middlewareStack: { add: (middleware: never, options: never) => void }
}

type Next = (args: unknown) => Promise<{ response?: unknown }>

/**
 * The answer as it came over the wire. The SDK makes its own objects of it, with other names and dates: the same version of a finding would look like
 * another one than the event brought.
 */
export async function asSent(command: Sendable, send: () => Promise<unknown>): Promise<unknown> {
  let text = ''
  const keep = (next: Next) => async (args: unknown) => {
    const result = await next(args)
    const response = result.response as { body?: Readable }
    const bytes = await bytesOf(response.body)
    text = bytes.toString('utf8')
    return { ...result, response: Object.assign(response, { body: bytes }) }
  }
  // Below the SDK’s own reading of the answer: it is told the bytes that were kept.
  command.middlewareStack.add(keep as never, { step: 'deserialize', priority: 'low', name: 'keepAnswer' } as never)
  await send()
  return JSON.parse(text)
}

async function bytesOf(body: Readable | undefined): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body ?? []) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
