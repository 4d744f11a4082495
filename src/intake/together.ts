/** Does one piece of work for several askers: what comes while nobody is free is done in the next turn, together. */
export interface Together<Item, Result> {
  /** The results of the items, in their order. Throws what the turn threw that did them. */
  readonly ask: (items: readonly Item[], asker: Asker) => Promise<readonly Result[]>
}

/** In the order in which they are served. */
export const lanes = ['reserved', 'usual'] as const

/** Who asks. Whoever is in the usual lane waits for their source’s turn: one source after the other has one. */
export interface Asker {
  readonly source: string
  readonly lane: (typeof lanes)[number]
}

export interface Turns<Item, Result> {
  /** One result for each item, in their order. */
  readonly work: (items: readonly Item[]) => Promise<readonly Result[]>
  /** How many items one turn takes, but for those of one asker, which stay together. */
  readonly most: number
  /** How many turns go on at once. */
  readonly atOnce: number
}

export function createTogether<Item, Result>({ work, most, atOnce }: Turns<Item, Result>): Together<Item, Result> {
  const waiting = createWaiting<Asked<Item, Result>>()
  let busy = 0

  const nextTurn = (): readonly Asked<Item, Result>[] => {
    const turn: Asked<Item, Result>[] = []
    let room = most
    for (let next = waiting.first(); next !== undefined; next = waiting.first()) {
      room -= next.items.length
      if (room < 0 && turn.length > 0) break
      turn.push(next)
      waiting.takeFirst()
    }
    return turn
  }

  const run = async (): Promise<void> => {
    busy += 1
    for (let turn = nextTurn(); turn.length > 0; turn = nextTurn()) await answer(turn, work)
    busy -= 1
  }

  return {
    ask: (items, asker) =>
      new Promise((resolve, reject) => {
        waiting.join({ items, resolve, reject }, asker)
        if (busy < atOnce) void run()
      }),
  }
}

interface Waiting<One> {
  readonly join: (one: One, asker: Asker) => void
  readonly first: () => One | undefined
  readonly takeFirst: () => void
}

function createWaiting<One>(): Waiting<One> {
  const reserved: One[] = []
  // In the order of their turns: whoever had one goes to the end.
  const usual = new Map<string, One[]>()
  const nextSource = (): string | undefined => usual.keys().next().value
  return {
    join: (one, { source, lane }) => {
      if (lane === 'reserved') reserved.push(one)
      else if (usual.get(source)?.push(one) === undefined) usual.set(source, [one])
    },
    first: () => reserved[0] ?? usual.get(nextSource() ?? '')?.[0],
    takeFirst: () => {
      if (reserved.shift() !== undefined) return
      const source = nextSource() ?? ''
      const rest = (usual.get(source) ?? []).slice(1)
      usual.delete(source)
      if (rest.length > 0) usual.set(source, rest)
    },
  }
}

interface Asked<Item, Result> {
  readonly items: readonly Item[]
  readonly resolve: (results: readonly Result[]) => void
  readonly reject: (error: unknown) => void
}

async function answer<Item, Result>(
  turn: readonly Asked<Item, Result>[],
  work: Turns<Item, Result>['work'],
): Promise<void> {
  try {
    const results = await work(turn.flatMap(({ items }) => items))
    let from = 0
    for (const { items, resolve } of turn) resolve(results.slice(from, (from += items.length)))
  } catch (error) {
    for (const { reject } of turn) reject(error)
  }
}
