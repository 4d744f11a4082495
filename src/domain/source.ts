/** Ways in which findings come to Cordon. Those that it pulls are looked at again and again; a push comes when it comes. */
export const sourceKinds = ['queue', 'guardduty', 'security-hub', 'security-hub-v2', 'push'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** The producers that can be polled; the second Security Hub is the one that gives findings in OCSF. */
export const producerKinds = ['guardduty', 'security-hub', 'security-hub-v2'] as const satisfies readonly SourceKind[]
export type ProducerKind = (typeof producerKinds)[number]

/** A place that findings come from. */
export interface FindingSource {
  /** Its identity, and the channel of what came from it. */
  readonly name: string
  readonly kind: SourceKind
  readonly account: string | null
  readonly region: string | null
}

/** A queue or a producer that Cordon pulls from. */
export const pulledSource = (kind: Exclude<SourceKind, 'push'>, at: PulledPlace): FindingSource => ({
  name: [kind, at.account, at.region, ...(at.name === undefined ? [] : [at.name])].join('/'),
  kind,
  account: at.account,
  region: at.region,
})

interface PulledPlace {
  readonly account: string
  readonly region: string
  /** Of a queue. */
  readonly name?: string
}

/** By the name of its sender or topic. */
export const pushSource = (sender: string): FindingSource => ({
  name: `push/${sender}`,
  kind: 'push',
  account: null,
  region: null,
})
