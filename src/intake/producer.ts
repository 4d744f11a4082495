import type { ReaderPlace } from '#activities/aws/readers'
import type { ProducerKind } from '#domain/source'
import type { IntakeAws } from './aws/clients.ts'

/** A look at what changed at a producer. */
export interface Look {
  readonly since: Date
  /** By the database’s clock; milliseconds since 1970. */
  readonly now: number
  /** Waits until the next call is due. */
  readonly pace: () => Promise<void>
  /** Takes in a page, as it came over the wire. The look goes on when it is committed. */
  readonly take: (findings: readonly unknown[]) => Promise<void>
}

/** A service of AWS that makes or gathers findings. */
export interface Producer {
  readonly kind: ProducerKind
  /** The name under which a finding tells when it changed. */
  readonly changed: string
  /** Answers what people should know of it, or null. */
  readonly look: (aws: IntakeAws, place: ReaderPlace, look: Look) => Promise<string | null>
}
