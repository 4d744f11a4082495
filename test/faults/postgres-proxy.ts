import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { commitName, kindOf, type Statement } from './commits.ts'
import {
  boundName,
  boundValues,
  type Message,
  messageReader,
  parsed,
  queryText,
  readStartup,
  rowsOf,
} from './postgres-wire.ts'

/** A commit of a process: `worker`, `plan.proposed`, the how manieth of that name. */
export interface SeenCommit {
  readonly process: string
  readonly name: string
  readonly nth: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface CommitHold extends Omit<SeenCommit, 'at'> {
  /** `before`: it is not handed on. `after`: it is, and its answer is kept back. */
  readonly moment: 'before' | 'after'
}

export interface PostgresProxy {
  readonly port: number
  /** Every commit since `countAnew`. */
  readonly seen: () => readonly SeenCommit[]
  readonly countAnew: () => void
  /** Holds one commit that is to come; `held` resolves when it waits, and it waits until `release`. */
  readonly hold: (hold: CommitHold) => { readonly held: Promise<void>; readonly release: () => void }
  readonly stop: () => Promise<void>
}

interface Armed {
  readonly hold: CommitHold
  readonly reached: () => void
  readonly released: Promise<void>
}

interface Watch {
  readonly counts: Map<string, number>
  readonly seen: SeenCommit[]
  readonly armed: Set<Armed>
}

const OWN_ROLE = /^cordon_/

/**
 * Stands between Cordon and Postgres, and knows of every connection whose it is, since each process has its own role. A process that is
 * killed while its commit is held before it is handed on has never committed: the connection ends, and Postgres undoes the transaction.
 */
export async function startPostgresProxy(serverPort: number): Promise<PostgresProxy> {
  const watch: Watch = { counts: new Map(), seen: [], armed: new Set() }
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1')
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    }
    carry(client, upstream, watch)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    seen: () => [...watch.seen],
    countAnew() {
      watch.counts.clear()
      watch.seen.length = 0
    },
    hold(hold) {
      let release = (): void => undefined
      const released = new Promise<void>((resolve) => (release = resolve))
      const held = new Promise<void>((reached) => watch.armed.add({ hold, reached, released }))
      return {
        held,
        release: () => {
          for (const one of watch.armed) if (one.hold === hold) watch.armed.delete(one)
          release()
        },
      }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Hands everything on between the two in order; ends both when one ends. */
function carry(client: Socket, upstream: Socket, watch: Watch): void {
  // Whatever was held back for a connection that ended is lost with it, as on a network.
  const end = (): void => {
    client.destroy()
    upstream.destroy()
  }
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true)
    socket.on('error', end)
    socket.on('close', end)
  }
  const transaction = createTransaction(watch)
  let startup: Buffer = Buffer.alloc(0)
  let read: ((chunk: Buffer) => readonly Message[]) | undefined
  let going = Promise.resolve()
  const forward = async (messages: readonly Message[]): Promise<void> => {
    for (const message of messages) {
      await transaction.asks(message)
      if (!upstream.destroyed) upstream.write(message.bytes)
    }
  }
  client.on('data', (chunk: Buffer) => {
    if (read === undefined) {
      startup = Buffer.concat([startup, chunk])
      const begun = readStartup(startup)
      if (begun === undefined) return
      read = messageReader()
      transaction.isOf(begun.user)
      upstream.write(begun.bytes)
      chunk = startup.subarray(begun.bytes.length)
    }
    const messages = read(chunk)
    going = going.then(() => forward(messages))
  })
  const answers = messageReader()
  let coming = Promise.resolve()
  upstream.on('data', (chunk: Buffer) => {
    const messages = answers(chunk)
    coming = coming.then(async () => {
      for (const message of messages) {
        await transaction.answers(message)
        if (!client.destroyed) client.write(message.bytes)
      }
    })
  })
}

/** Follows one connection: what its transaction has written, and whether its commit is one to hold. */
function createTransaction(watch: Watch) {
  let role = ''
  // A statement with a name is parsed once, and bound as often as it is asked.
  const texts = new Map<string, string>()
  let text = ''
  let values: readonly string[] = []
  let isOpen = false
  let written: Statement[] = []
  let running: Statement | undefined
  let holding: Armed | undefined

  /** Counts a commit; before it is handed on, waits if that is asked for. */
  async function commits(statements: readonly Statement[]): Promise<void> {
    const process = role.replace(OWN_ROLE, '')
    const name = commitName(statements)
    const key = `${process} ${name}`
    const nth = (watch.counts.get(key) ?? 0) + 1
    watch.counts.set(key, nth)
    watch.seen.push({ process, name, nth, at: Date.now() })
    const found = [...watch.armed].find(
      ({ hold }) => hold.process === process && hold.name === name && hold.nth === nth,
    )
    if (found === undefined) return
    watch.armed.delete(found)
    if (found.hold.moment === 'after') holding = found
    else await wait(found)
  }

  async function executes(statement: Statement): Promise<void> {
    running = statement
    const kind = kindOf(statement)
    if (kind === 'begin') [isOpen, written] = [true, []]
    if (kind === 'rollback') isOpen = false
    if (kind === 'write' && !isOpen) await commits([statement])
    if (kind === 'commit') {
      isOpen = false
      if (written.length > 0) await commits(written)
    }
  }

  return {
    isOf: (user: string) => void (role = user),
    async asks(message: Message): Promise<void> {
      if (!OWN_ROLE.test(role)) return
      if (message.type === 'P') texts.set(...parsed(message))
      if (message.type === 'B') [text, values] = [texts.get(boundName(message)) ?? '', boundValues(message)]
      if (message.type === 'E') await executes({ text, values })
      if (message.type === 'Q') await executes({ text: queryText(message), values: [] })
    },
    async answers(message: Message): Promise<void> {
      if (message.type !== 'C') return
      const done = running
      running = undefined
      if (done !== undefined && isOpen && kindOf(done) === 'write' && rowsOf(message) > 0) written.push(done)
      if (holding === undefined) return
      const held = holding
      holding = undefined
      await wait(held)
    },
  }
}

async function wait({ reached, released }: Armed): Promise<void> {
  reached()
  await released
}
