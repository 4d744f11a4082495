/** One message of the protocol between a client and Postgres: its type, and all of its bytes. */
export interface Message {
  readonly type: string
  readonly body: Buffer
  readonly bytes: Buffer
}

const LENGTH_BYTES = 4
const HEAD_BYTES = 1 + LENGTH_BYTES

/** Cuts a stream into messages; what is not whole yet waits for the rest. Source: postgresql.org, Message Formats. */
export function messageReader(): (chunk: Buffer) => readonly Message[] {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: Message[] = []
    while (rest.length >= HEAD_BYTES) {
      const size = 1 + rest.readInt32BE(1)
      if (rest.length < size) break
      const bytes = rest.subarray(0, size)
      messages.push({ type: String.fromCharCode(bytes[0] ?? 0), body: bytes.subarray(HEAD_BYTES), bytes })
      rest = rest.subarray(size)
    }
    return messages
  }
}

export interface Startup {
  readonly user: string
  readonly bytes: Buffer
}

const PROTOCOL_3 = 3 << 16

/** The first message of a client, which has no type; undefined while it is not whole. Throws when it is another request than to begin. */
export function readStartup(bytes: Buffer): Startup | undefined {
  if (bytes.length < 2 * LENGTH_BYTES || bytes.length < bytes.readInt32BE(0)) return undefined
  if ((bytes.readInt32BE(LENGTH_BYTES) >> 16) << 16 !== PROTOCOL_3)
    throw new Error('This proxy reads plain connections of protocol 3 only: no TLS, no cancelling')
  const size = bytes.readInt32BE(0)
  const words = bytes.toString('utf8', 2 * LENGTH_BYTES, size).split('\0')
  const user = words[words.indexOf('user') + 1]
  return { user: user ?? '', bytes: bytes.subarray(0, size) }
}

/** The text of a Query. */
export const queryText = ({ body }: Message): string => body.toString('utf8', 0, body.indexOf(0))

const textAt = (body: Buffer, begin: number): string => body.toString('utf8', begin, body.indexOf(0, begin))

/** The name that a Parse gives its statement, empty where it has none, and the text. */
export const parsed = ({ body }: Message): readonly [name: string, text: string] => [
  textAt(body, 0),
  textAt(body, body.indexOf(0) + 1),
]

/** The name of the statement that a Bind gives values to, behind that of its portal. */
export const boundName = ({ body }: Message): string => textAt(body, body.indexOf(0) + 1)

const SHORT = 2
const NULL = -1

/** The values of a Bind as texts; those of binary form are not texts that anybody reads. */
export function boundValues({ body }: Message): readonly string[] {
  let at = body.indexOf(0) + 1
  at = body.indexOf(0, at) + 1
  at += SHORT + SHORT * body.readInt16BE(at)
  const count = body.readInt16BE(at)
  at += SHORT
  return Array.from({ length: count }, () => {
    const size = body.readInt32BE(at)
    at += LENGTH_BYTES
    if (size === NULL) return ''
    at += size
    return body.toString('utf8', at - size, at)
  })
}

/** How many rows a command touched, by the tag that ends it: `INSERT 0 1`, `SELECT 3`, `COMMIT`. */
export const rowsOf = ({ body }: Message): number =>
  Number(/\d+$/.exec(body.toString('latin1', 0, body.indexOf(0)))?.[0] ?? 0)
