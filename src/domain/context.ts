/** What an organisation knows of its own assets: entries, each with whose it is, since and until when, and why. */

export const contextKinds = [
  'asset',
  'own-network',
  'scanner',
  'jump-host',
  'working-regions',
  'maintenance',
  'break-glass',
  'expected',
] as const
export type ContextKind = (typeof contextKinds)[number]

export const criticalities = ['low', 'normal', 'high', 'critical'] as const
export type Criticality = (typeof criticalities)[number]

/** The lists by which an entry names what it is about. A finding must be in every list that is there; one that is not there names all. */
export const contextLists = ['accounts', 'regions', 'types', 'entities', 'networks'] as const
export type ContextList = (typeof contextLists)[number]

export interface ContextEntry {
  readonly id: string
  readonly kind: ContextKind
  /** Who answers for it: a person, a team or an address. */
  readonly owner: string
  readonly reason: string
  /** ISO 8601, in UTC; from that moment on. */
  readonly from?: string
  /** ISO 8601, in UTC; before that moment. */
  readonly until?: string
  readonly accounts?: readonly string[]
  readonly regions?: readonly string[]
  /** Finding types; a trailing `*` stands for anything. */
  readonly types?: readonly string[]
  /** Names or ids of principals, keys, instances and addresses; a trailing `*` stands for anything. */
  readonly entities?: readonly string[]
  readonly networks?: readonly string[]
  readonly environment?: 'production' | 'nonproduction'
  readonly criticality?: Criticality
  /** Of an asset: where what runs there comes from, as `github.com/acme/shop`. */
  readonly repositories?: readonly string[]
}

export interface Context {
  readonly entries: readonly ContextEntry[]
}

/** What each kind must say, and cannot do without: an exception without an end, or about everything, is none. */
interface KindShape {
  readonly needs: readonly (readonly (ContextList | 'until' | 'from')[])[]
  readonly purpose: string
}

/** One of each group has to be there. */
export const kindShapes: Readonly<Record<ContextKind, KindShape>> = {
  asset: { needs: [['accounts', 'entities']], purpose: 'whose an asset is, its environment and how critical it is' },
  'own-network': { needs: [['networks']], purpose: 'addresses from which the organisation itself works' },
  scanner: {
    needs: [['networks'], ['from'], ['until']],
    purpose: 'addresses that look for weaknesses by order',
  },
  'jump-host': { needs: [['networks', 'entities']], purpose: 'hosts through which administrators go' },
  'working-regions': {
    needs: [['regions']],
    purpose: 'Regions in which the accounts work; everything else is outside',
  },
  maintenance: {
    needs: [['from'], ['until'], ['accounts', 'entities']],
    purpose: 'a time in which somebody changes things',
  },
  'break-glass': { needs: [['entities']], purpose: 'principals for when everything else is closed' },
  expected: {
    needs: [['types'], ['entities', 'networks'], ['from'], ['until']],
    purpose: 'a behaviour that a detector reports and that is as it should be',
  },
}
