import { AwsFault } from './fault.ts'
import type { LoadedService } from './protocol.ts'
import { headerOf, type WireRequest } from './request.ts'
import { type OperationSchema, requiredMembers, traitsOf } from './schema.ts'

/** Where a REST operation lives. */
export interface Route {
  readonly operation: OperationSchema
  readonly method: string
  readonly path: RegExp
  readonly labels: readonly string[]
  /** Query parameters that the operation's address itself holds. */
  readonly fixedQuery: readonly (readonly [name: string, value: string])[]
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
}

export interface RouteMatch {
  readonly route: Route
  readonly labels: ReadonlyMap<string, string>
}

const routesByService = new WeakMap<LoadedService, readonly Route[]>()

/** Finds the REST operation of a request: the most specific route whose required members are there. */
export function findRoute(service: LoadedService, request: WireRequest): RouteMatch | undefined {
  for (const route of routesOf(service)) {
    const found = route.method === request.method ? route.path.exec(request.path) : null
    if (!found || !fits(route, request)) continue
    return {
      route,
      labels: new Map(route.labels.map((label, index) => [label, decodeLabel(found[index + 1] ?? '')])),
    }
  }
  return undefined
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AwsFault('InvalidURI', "Couldn't parse the specified URI.")
  }
}

function routesOf(service: LoadedService): readonly Route[] {
  const known = routesByService.get(service)
  if (known) return known
  const routes = [...service.schemas.operations.values()]
    .flatMap((operation) => (operation.http ? [routeOf(service, operation, operation.http)] : []))
    .toSorted((left, right) => specificity(right) - specificity(left))
  routesByService.set(service, routes)
  return routes
}

function routeOf(
  service: LoadedService,
  operation: OperationSchema,
  http: NonNullable<OperationSchema['http']>,
): Route {
  const [path = '/', query = ''] = http[1].split('?')
  const labels: string[] = []
  const pattern = bucketInPath(service, operation, path)
    .replace(/[.*^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}+]+)(\+)?\}/g, (_whole, label: string, greedy?: string) => {
      labels.push(label)
      return greedy ? '(.+)' : '([^/]+)'
    })
  return {
    operation,
    method: http[0],
    path: new RegExp(`^${pattern}/?$`),
    labels,
    fixedQuery: [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id'),
    ...requiredParts(operation),
  }
}

/** S3's model has the bucket in the host; a server without host names of its own is spoken to in path style. */
function bucketInPath(service: LoadedService, operation: OperationSchema, path: string): string {
  if (service.signingName !== 's3' || path.includes('{Bucket}') || !operation.input.isStructSchema()) return path
  const hasBucket = [...operation.input.structIterator()].some(
    ([name, member]) => name === 'Bucket' && traitsOf(member).httpLabel,
  )
  if (!hasBucket) return path
  return path === '/' ? '/{Bucket}' : `/{Bucket}${path}`
}

function requiredParts(operation: OperationSchema): Pick<Route, 'requiredQuery' | 'requiredHeaders'> {
  const required = requiredMembers(operation.input).map((name) => traitsOf(operation.input.getMemberSchema(name)))
  return {
    requiredQuery: required.flatMap(({ httpQuery }) => httpQuery ?? []),
    requiredHeaders: required.flatMap(({ httpHeader }) => httpHeader ?? []),
  }
}

function specificity(route: Route): number {
  const conditions = route.fixedQuery.length + route.requiredQuery.length + route.requiredHeaders.length
  return conditions * 1000 + route.path.source.length - route.labels.length * 10
}

function fits(route: Route, { query, headers }: WireRequest): boolean {
  const named = query.get('x-id')
  if (named && named !== route.operation.name) return false
  return (
    route.fixedQuery.every(([name, value]) => query.has(name) && (value === '' || query.get(name) === value)) &&
    route.requiredQuery.every((name) => query.has(name)) &&
    route.requiredHeaders.every((name) => headerOf(headers, name) !== undefined)
  )
}
