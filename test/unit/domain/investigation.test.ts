import { createHash } from 'node:crypto'
import { testFinding } from 'cordon/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedText, checkLabels } from '#cli/text/labels'
import { briefOf, evidenceFor } from '#domain/brief'
import { ownedEntity } from '#domain/entity'
import { skillsFor, suggested } from '#domain/investigation'
import type { LogKind } from '#domain/logs/log-place'
import { sharedSubjects } from '#domain/recurrence'
import { isDrawn, precisionOf } from '#domain/sampling'
import { noContext } from '#domain/triage/facts'
import { judgeCases } from '#domain/verdict'
import type { Person } from '#domain/votes'
import { triageRules } from '#triage/index'

const ACCOUNT = '111122223333'
const user = { kind: 'iam-user', account: ACCOUNT, userId: 'AIDA1', name: 'deploy-bot' } as const
const key = { kind: 'user-key', account: ACCOUNT, accessKeyId: 'AKIA1', user } as const
const finding = testFinding(key)
const nothing = { beyond: 0, evidence: [], asked: [], isAccountKnown: true, reputation: null, logs: [] }

const person = (id: string, groups: readonly string[], role: Person['roles'][number] = 'responder'): Person => ({
  id,
  name: id,
  roles: [role],
  groups,
})

describe('the queue', () => {
  it('suggests who knows about it and holds the fewest claims, and anybody when nobody knows', () => {
    const people = [person('a', ['iamuser']), person('b', ['IAMUser']), person('c', []), person('d', [], 'viewer')]
    const skills = skillsFor(['UnauthorizedAccess:IAMUser/Any'], ['Payments'])
    expect(skills).toEqual(['iamuser', 'payments'])
    expect(suggested({ people, loads: new Map([['a', 1]]), skills })).toBe('b')
    expect(suggested({ people, loads: new Map(), skills })).toBe('a')
    expect(
      suggested({
        people,
        loads: new Map([
          ['a', 1],
          ['b', 1],
        ]),
        skills: ['s3'],
      }),
    ).toBe('c')
    expect(suggested({ people: [person('d', [], 'viewer')], loads: new Map(), skills })).toBeNull()
  })
})

describe('a sample', () => {
  it('has about one in twenty, and the same ones each time', () => {
    const hashes = Array.from({ length: 20_000 }, (_, one) => createHash('sha256').update(`inc-${one}`).digest('hex'))
    const drawn = hashes.filter(isDrawn).length
    expect(drawn).toBeGreaterThan(800)
    expect(drawn).toBeLessThan(1200)
    expect(hashes.filter(isDrawn)).toHaveLength(drawn)
  })

  it('has a precision between 0 and 1, and none before anything was reviewed', () => {
    expect(precisionOf({ right: 0, wrong: 0 })).toBeNull()
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1_000_000 }), (right, wrong) => {
        const precision = precisionOf({ right, wrong })
        expect(precision).toBeGreaterThanOrEqual(0)
        expect(precision).toBeLessThan(1)
      }),
    )
  })
})

describe('what comes again', () => {
  it('shares its entity, an access key, or a type at an owner, and not a type alone', () => {
    const one = { correlationKey: 'one', findings: [{ finding, owners: ['payments'] }] }
    const keyless = testFinding({ kind: 'unknown', account: ACCOUNT })
    const other = { correlationKey: 'other', findings: [{ finding: keyless, owners: ['payments'] }] }
    const unowned = { correlationKey: 'third', findings: [{ finding: keyless, owners: [] }] }
    expect(sharedSubjects(one, other)).toEqual([`${finding.type} at payments`])
    expect(sharedSubjects(one, { ...unowned, findings: [{ finding, owners: [] }] })).toEqual(['access key AKIA1'])
    expect(sharedSubjects(one, unowned)).toEqual([])
    expect(sharedSubjects(one, { ...unowned, correlationKey: 'one' })).toEqual(['entity one'])
    const from = (repository: string) => ({
      correlationKey: repository,
      findings: [{ finding: keyless, owners: [], repositories: [repository, 'shared'] }],
    })
    expect(sharedSubjects(from('one'), from('two'))).toEqual(['repository shared'])
  })
})

describe('a brief', () => {
  it('asks about each principal and instance once', () => {
    expect(evidenceFor([finding, finding], [])).toEqual([
      { kind: 'activityOf', question: { principal: user, hours: 24 } },
      { kind: 'reachOf', question: { principal: user } },
    ])
    expect(evidenceFor([testFinding({ kind: 'unknown', account: ACCOUNT })], [])).toEqual([])
  })

  it('says of each source how it stands, and counts what it lacks among what could not be seen', () => {
    const cases = [{ finding, context: noContext }]
    const stateWith = (more: object) => briefOf({ cases, ...nothing, ...more }).sources[1]?.state
    const refused = (code: string) => ({ asked: [{ kind: 'activityOf', refused: { code, reason: 'so it is' } }] })
    expect(stateWith({})).toBe('not asked')
    expect(stateWith({ isAccountKnown: false })).toBe('no permission')
    expect(stateWith({ asked: [{ kind: 'activityOf', refused: null }] })).toBe('on its way')
    expect(stateWith(refused('access_denied'))).toBe('no permission')
    expect(stateWith(refused('unprocessable'))).toBe('not enabled')
    expect(stateWith(refused('internal'))).toBe('failed')
    const answer = { calls: [], rolesAssumed: [], changes: [], unseen: ['us-east-1 could not be looked at'] }
    const brief = briefOf({ cases, ...nothing, evidence: [{ id: 'e1', kind: 'activityOf', answer }] })
    expect(brief.sources[1]).toMatchObject({ state: 'available', evidence: ['e1'] })
    expect(brief.unseen).toContain('us-east-1 could not be looked at')
    const absent = brief.sources.filter(({ state }) => state !== 'available')
    for (const { source } of absent) expect(brief.unseen.join('\n')).toContain(source)
    expect(briefOf({ cases, ...nothing, beyond: 3 }).unseen[0]).toContain('3 further findings')
  })
})

describe('a brief where the organisation’s logs are set up', () => {
  const instance = { kind: 'ec2-instance', account: ACCOUNT, region: 'eu-central-1', instanceId: 'i-1' } as const
  const onInstance = testFinding(key, { instance })
  const cases = [{ finding: onInstance, context: noContext }]
  const look = (parts: readonly object[]) => ({ calls: [], rolesAssumed: [], changes: [], unseen: [], parts })

  it('asks the trail before the event history, and the flows of an instance', () => {
    const kinds = (logs: readonly LogKind[]) => evidenceFor([onInstance], logs).map(({ kind }) => kind)
    expect(kinds([])).toEqual(['activityOf', 'reachOf', 'instanceDetails'])
    expect(kinds(['trail', 'flows'])).toEqual(['trailOf', 'reachOf', 'instanceDetails', 'flowsOf'])
  })

  it('asks DNS about an instance, data events about a principal, and the audit log of a cluster of EKS', () => {
    const entities = ['eks/shop', 'ecs/batch'].map((id) =>
      ownedEntity('cluster', { account: ACCOUNT, region: 'eu-central-1', id }),
    )
    const requests = evidenceFor([testFinding(key, { instance, entities })], ['dns', 'kubernetes', 'objects'])
    expect(requests.slice(-3)).toMatchObject([
      { kind: 'namesOf', question: { instance, hours: 24 } },
      { kind: 'clusterCallsOf', question: { cluster: { account: ACCOUNT, region: 'eu-central-1', name: 'shop' } } },
      { kind: 'objectsOf', question: { principal: { kind: 'iam-user' }, hours: 24 } },
    ])
  })

  it('says how each log stands, before it was asked and after', () => {
    const stateOf = (source: string, more: object) =>
      briefOf({ cases, ...nothing, ...more }).sources.find((one) => one.source === source)?.state
    const trail = 'the organisation’s trail by Athena'
    expect(stateOf(trail, {})).toBe('not set up')
    expect(stateOf(trail, { logs: ['trail'] })).toBe('not asked')
    expect(stateOf('CloudTrail look-up', { logs: ['trail'] })).toBeUndefined()
    expect(stateOf(trail, { logs: ['trail'], asked: [{ kind: 'trailOf', refused: null }] })).toBe('on its way')
    const parts = [
      { source: trail, state: 'too many bytes', text: 'Bytes scanned limit was exceeded' },
      { source: 'CloudTrail look-up', state: 'available', text: 'in the place of the trail' },
    ]
    const seen = { logs: ['trail'], evidence: [{ id: 'e1', kind: 'trailOf', answer: look(parts) }] }
    expect(stateOf(trail, seen)).toBe('too many bytes')
    expect(stateOf('CloudTrail look-up', seen)).toBe('available')
    expect(briefOf({ cases, ...nothing, evidence: seen.evidence }).unseen.join('\n')).toContain(
      `${trail}: too many bytes, Bytes scanned limit was exceeded`,
    )
  })

  it('says with whom the instance talked', () => {
    const flow = { from: '10.20.0.21', to: '198.51.100.7', port: 3333, protocol: 6, action: 'ACCEPT', bytes: 2_820_000 }
    const answer = { flows: [flow], unseen: [], parts: [] }
    expect(briefOf({ cases, ...nothing, evidence: [{ id: 'e1', kind: 'flowsOf', answer }] }).from).toContain(
      '10.20.0.21 to 198.51.100.7 port 3333 (protocol 6), 2820000 bytes, ACCEPT by VPC flow logs',
    )
  })

  it('says which names it asked for, what was done to objects, and what changed in a cluster', () => {
    const answers = {
      namesOf: { name: 'pool.example.net.', type: 'A', code: 'NOERROR', queries: 3 },
      objectsOf: {
        operation: 'GetObject',
        bucket: 'orders',
        address: '198.51.100.7',
        errorCode: null,
        calls: 2,
        bytes: 8192,
      },
      clusterCallsOf: {
        user: 'deployer',
        verb: 'patch',
        resource: 'deployments',
        namespace: 'shop',
        address: null,
        code: 200,
        calls: 1,
        last: 'now',
      },
    }
    const evidence = Object.entries(answers).map(([kind, row]) => ({
      id: kind,
      kind,
      answer: { rows: [row], unseen: [`what ${kind} leaves out`], parts: [] },
    }))
    const { from, changed, reach, unseen } = briefOf({ cases, ...nothing, evidence })
    expect(from).toContain('asked for pool.example.net. (A, NOERROR) 3 times by DNS query logs')
    expect(reach).toContain('GetObject in orders 2 times from 198.51.100.7, 8192 bytes by S3 data events')
    expect(changed).toContain(
      'deployer patch deployments in shop from an unknown address, 1 times, answered 200, last at now, by EKS audit logs',
    )
    for (const kind of Object.keys(answers)) expect(unseen).toContain(`what ${kind} leaves out`)
  })
})

describe('rules held against labels', () => {
  it('agree, leave it to people, or contradict; what has more evidence by now is no test of them', () => {
    const unsure = testFinding(key, { type: 'Persistence:IAMUser/AnomalousBehavior' })
    const label = (id: string, verdict: 'threat' | 'benign-expected', seen = finding, isCurrent = true) => ({
      id,
      incident: `inc-${id}`,
      person: 'responder',
      conclusion: 'as it is',
      verdict,
      priority: null,
      openedAt: '2026-01-01T00:00:00Z',
      context: null,
      beyond: 0,
      cases: [{ finding: seen, context: noContext }],
      isCurrent,
    })
    const checked = checkLabels(
      ({ cases, beyond }) => judgeCases(triageRules, cases, beyond),
      [
        label('1', 'threat'),
        label('2', 'benign-expected'),
        label('3', 'benign-expected', unsure),
        label('4', 'benign-expected', finding, false),
      ],
    )
    expect(checked).toMatchObject({ labels: 4, agree: 1, inconclusive: 1, outdated: 1 })
    expect(checked.disagreements).toMatchObject([{ incident: 'inc-2', said: 'benign-expected', rules: 'threat' }])
    expect(checkedText(checked)).toContain('inc-2: responder said benign-expected (as it is), the rules say threat')
  })
})
