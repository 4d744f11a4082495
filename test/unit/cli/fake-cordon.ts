import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { PlanView, TimelineEvent } from '#cli/answers'

export const tokens = {
  responder: 't-responder',
  approver1: 't-approver1',
  approver2: 't-approver2',
  intake: 't-intake',
}

const people: Readonly<
  Record<string, { readonly id: string; readonly name: string; readonly groups: readonly string[] }>
> = {
  [tokens.responder]: { id: 'responder', name: 'Rosa', groups: ['response'] },
  [tokens.approver1]: { id: 'approver1', name: 'Ada', groups: ['security'] },
  [tokens.approver2]: { id: 'approver2', name: 'Ben', groups: ['platform'] },
  [tokens.intake]: { id: 'intake', name: 'Intake', groups: [] },
}

export interface FakeCordon {
  readonly url: string
  /** Every request but reads, as `person METHOD path`. */
  readonly changes: readonly string[]
  readonly plans: readonly PlanView[]
  readonly stop: () => Promise<void>
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const INCIDENT = 'INC-1'
const FINDING = 'finding-1'
const delegation = { id: 'D-1', from: 'approver1', to: 'approver2', endsAt: '2026-01-01T08:00:00.000Z' }
const lease = {
  until: '2026-01-08T00:00:00.000Z',
  renewedBy: null,
  reason: null,
  isStanding: true,
  state: 'ending',
}
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** A small Cordon of one incident: the shapes and the order of the real API, without its record. `stuck` never answers a request for a plan at once. */
export async function startFakeCordon(options: { readonly quarantines?: boolean } = {}): Promise<FakeCordon> {
  const events: TimelineEvent[] = []
  const plans: Mutable<PlanView>[] = []
  const changes: string[] = []
  const listeners = new Set<ServerResponse>()
  const released = new Set<string>()
  const began = Date.now() - 60_000
  let status = 'open'
  let isOpen = false
  let task: string | null = null
  let clock = began

  function tell(type: string, text: string, refs: Record<string, string> = {}): void {
    clock += 250
    const event = {
      id: events.length + 1,
      stream: INCIDENT,
      at: new Date(clock).toISOString(),
      type,
      actor: 'cordon/worker',
      text,
      refs,
    }
    events.push(event)
    for (const listener of listeners) listener.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  function propose(
    kind: PlanView['kind'],
    purpose: string,
    actions: readonly string[],
    undoes: string | null = null,
  ): PlanView {
    const hash = hashOf(`${purpose}${plans.length}`)
    clock += 10
    const plan: Mutable<PlanView> = {
      hash,
      phrase: 'lusab-babad-gutih',
      shortHash: `${hash.slice(0, 4)}-${hash.slice(4, 8)}-${hash.slice(8, 12)}`,
      incident: INCIDENT,
      purpose,
      reason: purpose,
      kind,
      proposer: 'runbook/compromised-user-credentials',
      tier: 'R2',
      status: 'proposed',
      statusReason: null,
      steps: actions.map((action, index) => ({
        index,
        action,
        direction: kind === 'undo' ? 'revert' : 'apply',
        target: { kind: 'iam-user', account: '111122223333', text: 'user deploy-bot (AIDA1) in 111122223333' },
        status: 'proposed',
        text: `What ${action} does`,
        before: { ourPolicy: null },
        after: { ourPolicy: 'deny-all' },
        reversible: true,
        residual: kind === 'contain' ? ['Sessions of roles live on'] : [],
        calls: [
          {
            operation: 'iam:PutUserPolicy',
            resource: 'arn:aws:iam::111122223333:user/deploy-bot',
            change:
              kind === 'undo'
                ? { field: 'ourPolicy', before: 'deny-all', after: null }
                : { field: 'ourPolicy', before: null, after: 'deny-all' },
            made: [],
          },
        ],
        outcome: null,
        endedAt: null,
        verifiedAt: null,
      })),
      quorum: { required: 2, groups: 1, given: 0, eligible: 2 },
      votes: [],
      breakGlass: null,
      lease: null,
      proposedAt: new Date(clock).toISOString(),
      decideBy: new Date(Date.now() + 1_800_000).toISOString(),
      approvedAt: null,
      runBy: null,
      runWithinMs: 900_000,
      closedAt: null,
      undoes,
      release: undoes === null ? null : 'rotated',
      supersededBy: null,
      blastRadius: ['One user with two keys'],
      verifications: [],
    }
    plans.push(plan)
    tell('plan.proposed', `${purpose} is proposed`, { plan: hash })
    return plan
  }

  function open(): void {
    isOpen = true
    tell('incident.opened', 'The incident is open')
    tell('finding.received', 'guardduty reports a stolen key', { finding: FINDING })
    tell('incident.verdict', 'The verdict is threat')
    tell('page.sent', 'Rosa is paged')
    propose('contain', 'Stop the user, then its keys', ['denyUser', 'deactivateAccessKeys'])
  }

  function finish(plan: Mutable<PlanView>): void {
    tell('plan.executing', `${plan.purpose} is carried out`)
    plan.steps = plan.steps.map((step) => ({
      ...step,
      status: 'done',
      calls: step.calls.map((call) => ({
        ...call,
        made: [{ operation: call.operation, ...call.change, requestId: 'r-1', at: new Date(clock).toISOString() }],
      })),
    }))
    tell('step.applied', 'A step is applied')
    plan.verifications = [{ round: 0, at: new Date(clock).toISOString(), discrepancies: [] }]
    plan.status = 'done'
    tell('plan.done', `${plan.purpose} is done`, { plan: plan.hash })
    if (plan.kind === 'contain') plan.lease = lease
    if (plan.undoes !== null) released.add(plan.undoes)
    next(plan)
  }

  function next(plan: PlanView): void {
    const contained = plans.filter(({ kind, status: is }) => kind === 'contain' && is === 'done')
    const left = contained.filter(({ hash }) => !released.has(hash))
    if (plan.kind === 'undo' && left.length === 0) {
      status = 'recovered'
      return tell('incident.recovered', 'Everything is released')
    }
    if (plan.kind === 'undo' && plan.release === 'false-positive') return
    if (plan.kind === 'contain' && contained.length === 1) {
      status = 'contained'
      tell('incident.contained', 'The user is contained')
      tell('evidence.collected', 'What the user did is collected')
      return void propose('contain', 'Revoke the sessions of shop-deploy', ['revokeRoleSessions'])
    }
    if (plan.kind === 'contain') return void propose('recover', 'Give the owner a new key', ['rotateAccessKey'])
    const last = left.at(-1)
    if (last !== undefined) propose('undo', `Release ${last.purpose}`, ['denyUser'], last.hash)
  }

  function vote(plan: Mutable<PlanView>, person: string, decision: string): void {
    plan.votes = [...plan.votes, { person, decision, reason: null, at: new Date().toISOString() }]
    if (decision === 'deny') {
      plan.status = 'denied'
      tell('plan.denied', `${person} denied it`)
      task = 'Decide what happens now: the plan was denied'
      return
    }
    const given = plan.quorum.given + 1
    plan.quorum = { ...plan.quorum, given }
    if (given < plan.quorum.required) return
    plan.status = 'approved'
    tell('plan.approved', `${plan.purpose} is approved`)
    setTimeout(() => finish(plan), 20)
  }

  function waitingFor() {
    const openPlan = plans.find((plan) => plan.status === 'proposed')
    if (openPlan !== undefined)
      return { what: 'votes', plan: openPlan.hash, whom: ['approver1', 'approver2'], until: openPlan.decideBy }
    const running = plans.find((plan) => plan.status === 'approved')
    if (running !== undefined) return { what: 'execution', plan: running.hash, whom: ['cordon'], until: null }
    if (status === 'recovered')
      return { what: 'task', text: 'Close the incident: it is recovered', whom: ['responder'], until: null }
    return task === null
      ? { what: 'cordon', text: 'Cordon is at work', whom: ['cordon'], until: null }
      : { what: 'task', text: task, whom: ['responder'], until: null }
  }

  const incident = () => ({
    id: INCIDENT,
    title: 'Somebody else uses the key of deploy-bot',
    severity: 8,
    band: 'high',
    status,
    phase: 'contain',
    verdict: 'threat',
    priority: 'P1',
    answerBy: null,
    account: '111122223333',
    accountName: 'shop-production',
    region: 'eu-central-1',
    findingTypes: ['UnauthorizedAccess:IAMUser/MaliciousIPCaller'],
    waitingFor: waitingFor(),
    openedAt: new Date(began).toISOString(),
    updatedAt: new Date(clock).toISOString(),
    episode: 1,
    reasons: ['the key was used from 192.0.2.44'],
    confidence: 'high',
    priorityTerms: [{ points: 30, text: 'verdict threat' }],
    runbook: 'compromised-user-credentials',
    acknowledgedBy: null,
    appeals: [{ kind: 'help', of: 'security', by: 'responder', reason: 'two must look', status: 'open' }],
    closureCode: null,
    mergedInto: null,
    related: [],
    isSample: false,
    regroupings: [],
    claims: [],
    analystVerdicts: [],
    questions: [],
    problems: [],
    tasks: [],
    comments: [],
    containments: plans
      .filter(({ kind, status: is }) => kind === 'contain' && is === 'done')
      .map(({ hash }) => ({
        plan: hash,
        step: 0,
        target: '111122223333/iam-user/AIDA1',
        since: new Date(clock).toISOString(),
        releasedAt: released.has(hash) ? new Date(clock).toISOString() : null,
        releaseReason: released.has(hash) ? 'rotated' : null,
      })),
    pages: [],
  })

  const run = () => ({
    id: 'run-1',
    name: 'stolen-access-key',
    findingId: FINDING,
    findingIds: [FINDING],
    incident: isOpen ? INCIDENT : null,
    at: new Date().toISOString(),
  })
  const activity = {
    calls: [
      {
        at: new Date(began).toISOString(),
        operation: 'sts:AssumeRole',
        isReadOnly: false,
        errorCode: null,
        sourceAddress: '192.0.2.44',
        accessKeyId: 'AKIA1',
        resources: [],
      },
    ],
    rolesAssumed: [{ kind: 'iam-role', account: '111122223333', roleId: 'AROA1', name: 'shop-deploy' }],
    changes: [],
    from: '',
    to: '',
    unseen: ['Data events are not recorded in this account'],
  }

  function read(path: string): unknown {
    const hash = /^\/api\/plans\/(\w+)$/.exec(path)?.[1]
    if (hash !== undefined) return plans.find((plan) => plan.hash === hash)
    const answers: Readonly<Record<string, () => unknown>> = {
      '/healthz': () => ({ status: 'ok' }),
      '/readyz': () => ({
        status: 'not ready',
        parts: { database: { ok: true }, temporal: { ok: false, reason: 'connection refused' } },
      }),
      '/api/incidents': () => ({ incidents: [incident()], next: null }),
      '/api/drills': () => ({
        drills: [{ name: 'stolen-access-key', title: 'Somebody outside uses a key' }],
        runs: [],
      }),
      '/api/drills/run-1': run,
      '/api/findings': () => ({ findings: [], next: null }),
      [`/api/incidents/${INCIDENT}`]: incident,
      [`/api/incidents/${INCIDENT}/timeline`]: () => ({ events, next: null }),
      [`/api/incidents/${INCIDENT}/plans`]: () => ({ plans }),
      [`/api/incidents/${INCIDENT}/evidence`]: () => ({
        evidence: events.some(({ type }) => type === 'evidence.collected')
          ? [
              {
                id: 'e-1',
                kind: 'activityOf',
                question: {},
                digest: 'abc',
                answer: activity,
                collectedAt: new Date(clock).toISOString(),
              },
            ]
          : [],
      }),
      '/api/leases': () => ({
        leases: plans
          .filter((plan) => plan.lease !== null)
          .map(({ hash, lease }) => ({
            plan: hash,
            incident: INCIDENT,
            isClosed: false,
            targets: ['user deploy-bot'],
            until: lease?.until,
            state: lease?.state,
          })),
        more: 0,
      }),
      '/api/delegations': () => ({ delegations: [delegation] }),
    }
    return answers[path]?.()
  }

  function change(method: string, path: string, body: any, who: string): readonly [number, unknown] {
    const hash = /^\/api\/plans\/(\w+)\/votes$/.exec(path)?.[1]
    if (hash !== undefined) {
      if (!who.startsWith('approver')) return problem(403, 'not_permitted', `${who} may not do this: approver may`)
      const plan = plans.find((one) => one.hash === hash)
      if (plan === undefined) return problem(404, 'not_found', `There is no plan ${hash}`)
      if (plan.status !== 'proposed') return problem(409, 'conflict', `It is ${plan.status}`)
      vote(plan, who, body.decision)
      return [200, plan]
    }
    const leased = plans.find((plan) => path === `/api/plans/${plan.hash}/lease`)
    if (leased !== undefined) {
      leased.lease = { ...lease, state: 'standing', renewedBy: who, reason: body.reason }
      return [200, leased]
    }
    if (path === `/api/incidents/${INCIDENT}/plans`) {
      for (const plan of plans) if (plan.kind === 'recover' && plan.status === 'proposed') plan.status = 'superseded'
      const plan = propose('undo', 'Undo the containment', ['denyUser'], body.undo) as Mutable<PlanView>
      plan.release = body.release ?? 'false-positive'
      return [201, plan]
    }
    if (path === '/api/drills') {
      if (body.name !== 'stolen-access-key')
        return problem(422, 'unprocessable', `There is no drill ${body.name}; there is stolen-access-key`)
      setTimeout(open, 30)
      return [201, run()]
    }
    if (path === '/api/findings')
      return [
        202,
        {
          accepted: 1,
          duplicates: 0,
          quarantined: options.quarantines === true ? [{ index: 1, reason: 'it has no id' }] : [],
          incidents: [{ finding: FINDING, incident: INCIDENT }],
        },
      ]
    if (path.startsWith('/api/delegations'))
      return method === 'DELETE' ? [204, null] : [201, { ...delegation, to: body.to }]
    if (path === '/api/freeze')
      return method === 'DELETE'
        ? [202, { needs: 1, lifted: false }]
        : [200, { account: body.account ?? null, endsAt: new Date().toISOString(), note: 'Sessions live on.' }]
    return [200, incident()]
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path } = new URL(request.url ?? '/', 'http://fake')
    const person = people[(request.headers.authorization ?? '').replace('Bearer ', '')]
    const isOpenToAll = path === '/healthz' || path === '/readyz'
    if (person === undefined && !isOpenToAll) return send(response, problem(401, 'not_authenticated', 'Sign in'))
    if (path === '/api/me') return send(response, [200, { person }])
    if (path === '/api/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\n')
      const last = Number(request.headers['last-event-id'] ?? events.length)
      for (const event of events.slice(last)) response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
      listeners.add(response)
      response.on('close', () => listeners.delete(response))
      return
    }
    if (request.method === 'GET') {
      const found = read(path)
      return send(
        response,
        found === undefined
          ? problem(404, 'not_found', `There is no GET ${path}`)
          : [path === '/readyz' ? 503 : 200, found],
      )
    }
    changes.push(`${person?.id} ${request.method} ${path}`)
    const body = request.headers['content-type'] === undefined ? null : await json(request)
    send(response, change(request.method ?? '', path, body, person?.id ?? ''))
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changes,
    plans,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const problem = (status: number, code: string, detail: string) =>
  [status, { type: `urn:cordon:error:${code}`, title: code, status, code, detail }] as const

function send(response: ServerResponse, [status, body]: readonly [number, unknown]): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
