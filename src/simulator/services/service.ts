import type { Caller } from '#simulator/access/caller'
import type { Faults } from '#simulator/faults'
import type { RequestContext } from '#simulator/policy/conditions'
import type { Draft } from '#simulator/state/store'
import type { Tags } from '#simulator/state/tables'
import type { Trail } from '#simulator/trail/trail'
import type { ProtocolName, ServiceWire } from '#simulator/wire/protocol'
import type { Structure } from '#simulator/wire/schema'

/** Everything that an operation may know and change. */
export interface Call {
  readonly state: Draft
  readonly caller: Caller
  readonly account: string
  readonly region: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Where the simulator listens. */
  readonly endpoint: string
  readonly trail: Trail
  readonly faults: Faults
  readonly context: RequestContext
  readonly protocol: ProtocolName
  /** Throws the service's own "access denied" unless the caller may do this. */
  readonly check: (action: string, resource: string, more?: Conditions) => void
}

/** Values of condition keys that only one request has, by the key in lower case. */
export type Conditions = Readonly<Record<string, string>>

/** A resource as CloudTrail names it beside an event. */
export interface TouchedResource {
  readonly type: string
  readonly name: string
}

/** One operation, with what the access check and the trail must know of it. */
export interface Operation<Input, Output> {
  /** `session` opens a session: it writes, but CloudTrail calls it read-only. */
  readonly access: 'read' | 'write' | 'session'
  /** IAM actions that the caller needs; default: the service's prefix and the operation's name. */
  readonly actions?: readonly string[]
  /** ARNs of what is touched; default: `*`. */
  readonly resources?: (input: Input, call: Call) => readonly string[]
  /** Condition keys that this request has beside those of every request, such as `aws:RequestTag/…`. */
  readonly conditions?: (input: Input) => Conditions
  /** `open` to every signed caller; `itself` when the operation asks its own, deeper questions. Default: `policies`. */
  readonly decidedBy?: 'policies' | 'open' | 'itself'
  /** Data events are not part of the trail that LookupEvents shows. Default: `management`. */
  readonly event?: 'management' | 'data'
  readonly touched?: (input: Input, output: Output) => readonly TouchedResource[]
  /** Accounts other than the caller's whose trail shows the call as well. */
  readonly alsoRecordedIn?: (input: Input) => string | readonly string[]
  /** Parameters that change nothing which could be seen here; any other that `run` does not read is not implemented. */
  readonly mayIgnore?: readonly string[]
  readonly run: (input: Input, call: Call) => Output
}

/** An operation whose input and output types are no longer known: what the pipeline sees. */
export type AnyOperation = Operation<Structure, Structure>

/** A service: how it is spoken to, and the closed list of what it can do. */
export interface Service extends ServiceWire {
  readonly eventSource: string
  /** A global service records its events in us-east-1, whatever Region was signed for. */
  readonly scope: 'regional' | 'global'
  /** Loads the SDK's schemas; only when the service is first used, because they are large. */
  readonly load: () => Promise<Readonly<Record<string, unknown>>>
  readonly operations: Readonly<Record<string, AnyOperation>>
  /** The tags of what the ARN names, for conditions on `aws:ResourceTag/…`. Default: no service tags anything. */
  readonly tagsAt?: (arn: string, call: Call) => Tags
}

/** Gives an operation its types; inside, input and output are the SDK's own shapes. */
export function operation<Input, Output>(definition: Operation<Input, Output>): AnyOperation {
  return definition as unknown as AnyOperation
}

export const reading = <Input, Output>(definition: Omit<Operation<Input, Output>, 'access'>): AnyOperation =>
  operation<Input, Output>({ ...definition, access: 'read' })

export const opening = <Input, Output>(definition: Omit<Operation<Input, Output>, 'access'>): AnyOperation =>
  operation<Input, Output>({ ...definition, access: 'session' })

export const writing = <Input, Output>(definition: Omit<Operation<Input, Output>, 'access'>): AnyOperation =>
  operation<Input, Output>({ ...definition, access: 'write' })
