import { type Home, until } from '../e2e/installation.ts'
import type { ClientCall } from './run.ts'

interface Plan {
  readonly hash: string
  readonly status: string
  readonly kind: string
}

interface Incident {
  readonly id: string
  readonly status: string
  readonly phase: string
}

/** What a client does, with a note of what it was told. */
interface Asking {
  readonly home: Home
  readonly client: ClientCall[]
}

interface Request {
  readonly who: string
  readonly path: string
  readonly body?: object
}

/** Plays a drill to its end, as people would: a comment, an acknowledgement, a hold that is taken back, every vote; and hands in findings besides. */
export async function playDrill(home: Home, drill: string): Promise<readonly ClientCall[]> {
  const asking: Asking = { home, client: [] }
  await sendFindings(asking)
  const started = await noted(
    asking,
    { kind: 'drill', subject: { name: drill } },
    { who: 'responder', path: '/api/drills', body: { name: drill } },
  )
  const incident = await incidentOf(home, String(started['findingId']))
  await noted(
    asking,
    { kind: 'comment', subject: { incident, person: 'responder', text: `I look into ${drill}` } },
    { who: 'responder', path: `/api/incidents/${incident}/comments`, body: { text: `I look into ${drill}` } },
  )
  await noted(
    asking,
    { kind: 'acknowledge', subject: { incident, person: 'responder' } },
    { who: 'responder', path: `/api/incidents/${incident}/acknowledge`, body: {} },
  )
  await decideToTheEnd(asking, incident)
  return asking.client
}

async function sendFindings(asking: Asking): Promise<void> {
  const one = finding('recorded-1', 'Recon:EC2/PortProbeUnprotectedPort', 2)
  const later = { ...one, updatedAt: '2026-01-02T03:05:05.000Z', service: { ...one.service, count: 2 } }
  for (const body of [
    one,
    one,
    later,
    finding('recorded-2', 'Policy:IAMUser/RootCredentialUsage', 2),
    { nothing: 'to read' },
  ])
    await noted(asking, { kind: 'finding', subject: subjectOf(body) }, { who: 'intake', path: '/api/findings', body })
}

const subjectOf = (body: object): Readonly<Record<string, string>> => {
  if (!('id' in body && 'updatedAt' in body)) return {}
  return { finding: String(body.id), updatedAt: String(body.updatedAt) }
}

const finding = (id: string, type: string, severity: number) => ({
  schemaVersion: '2.0',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
  id,
  arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/d/finding/${id}`,
  type,
  severity,
  title: `A finding of a recording: ${id}`,
  description: 'It was handed in by a client',
  createdAt: '2026-01-02T03:04:05.000Z',
  updatedAt: '2026-01-02T03:04:05.000Z',
  resource: { resourceType: 'Instance' },
  service: { serviceName: 'guardduty', count: 1 },
})

async function incidentOf(home: Home, findingId: string): Promise<string> {
  let id: string | undefined
  await until(async () => {
    const { incidents } = await get<{ incidents: readonly Incident[] }>(home, `/api/incidents?finding=${findingId}`)
    id = incidents[0]?.id
    return id !== undefined
  })
  return id ?? ''
}

/** One holds the first plan and takes it back; then two approve every plan until the incident is recovered. */
async function decideToTheEnd(asking: Asking, incident: string): Promise<void> {
  let isHeld = false
  await until(async () => {
    const { plans } = await get<{ plans: readonly Plan[] }>(asking.home, `/api/incidents/${incident}/plans`)
    for (const { hash } of plans.filter(({ status }) => status === 'proposed')) {
      if (!isHeld) await vote(asking, hash, { person: 'approver1', decision: 'hold' })
      isHeld = true
      for (const person of ['approver1', 'approver2']) await vote(asking, hash, { person, decision: 'approve' })
    }
    const { status } = await get<Incident>(asking.home, `/api/incidents/${incident}`)
    return (
      status === 'recovered' && plans.every(({ status: now }) => !['proposed', 'approved', 'executing'].includes(now))
    )
  })
}

interface Vote {
  readonly person: string
  readonly decision: string
}

const vote = (asking: Asking, plan: string, { person, decision }: Vote) =>
  noted(
    asking,
    { kind: 'vote', subject: { plan, person, decision } },
    { who: person, path: `/api/plans/${plan}/votes`, body: { decision, reason: 'recorded' } },
  )

async function noted(
  { home, client }: Asking,
  what: Pick<ClientCall, 'kind' | 'subject'>,
  request: Request,
): Promise<Record<string, unknown>> {
  const sentAt = new Date().toISOString()
  const response = await send(home, request)
  const result = response.ok ? 'ok' : 'fail'
  client.push({ ...what, sentAt, answeredAt: new Date().toISOString(), result, status: response.status })
  return (await response.json()) as Record<string, unknown>
}

const send = (home: Home, { who, path, body }: Request): Promise<Response> =>
  fetch(`http://127.0.0.1:${home.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${home.ready().tokens[who]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const get = async <T>(home: Home, path: string): Promise<T> =>
  (await (await send(home, { who: 'responder', path })).json()) as T
