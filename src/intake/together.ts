/** Does one piece of work for several askers: what comes while all lanes are busy is done in the next turn, together. */
export interface Together<Item, Result> {
  /** The results of the items, in their order. Throws what the turn threw that did them. */
  readonly ask: (items: readonly Item[]) => Promise<readonly Result[]>
}

export interface Turns<Item, Result> {
  /** One result for each item, in their order. */
  readonly work: (items: readonly Item[]) => Promise<readonly Result[]>
  /** How many items one turn takes, but for those of one asker, which stay together. */
  readonly most: number
  /** How many turns go on at once. */
  readonly lanes: number
}

export function createTogether<Item, Result>({ work, most, lanes }: Turns<Item, Result>): Together<Item, Result> {
  const waiting: Asked<Item, Result>[] = []
  let busy = 0

  const nextTurn = (): readonly Asked<Item, Result>[] => {
    let items = 0
    const fitting = waiting.findIndex((one) => (items += one.items.length) > most)
    return waiting.splice(0, fitting === -1 ? waiting.length : Math.max(1, fitting))
  }

  const run = async (): Promise<void> => {
    busy += 1
    for (let turn = nextTurn(); turn.length > 0; turn = nextTurn()) await answer(turn, work)
    busy -= 1
  }

  return {
    ask: (items) =>
      new Promise((resolve, reject) => {
        waiting.push({ items, resolve, reject })
        if (busy < lanes) void run()
      }),
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
