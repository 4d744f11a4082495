import { describe, expect, it } from 'vitest'
import { judgeClocks } from '#domain/doctor/clocks'
import { judgeDatabase, LEAST_POSTGRES } from '#domain/doctor/database'
import { judgeParts } from '#domain/doctor/parts'
import { judgePlace } from '#domain/doctor/place'
import { judgeTemporal, judgeWork, type NamespaceSeen } from '#domain/doctor/temporal'

const DAY_MS = 86_400_000
const at = { address: 'temporal.example:7233', namespace: 'cordon' }
const namespace = {
  kind: 'there',
  retentionMs: 90 * DAY_MS,
  current: 'build-1',
  workers: [{ build: 'build-1', agoMs: 1000 }],
  executors: [{ build: null, agoMs: 1000 }],
} as const satisfies NamespaceSeen

describe('Postgres', () => {
  const answers = { kind: 'answers', version: 180_004, made: ['0001-spine'], known: ['0001-spine'] } as const

  it('is well when it is new enough and has this version’s tables', () => {
    expect(judgeDatabase(answers, 'db:5432/cordon').map(({ name, ok }) => [name, ok])).toEqual([
      ['database', true],
      ['schema', true],
    ])
  })

  it.each([
    ['ECONNREFUSED', 'Start the server'],
    ['28P01', 'Correct the password'],
    ['3D000', 'createdb'],
    ['ENOTFOUND', 'host name'],
  ])('that answers %s is told with its cause and the step for it', (code, step) => {
    const [check] = judgeDatabase({ kind: 'unreachable', code, reason: 'why' }, 'db:5432/cordon')
    expect(check).toMatchObject({ name: 'database', ok: false, text: expect.stringContaining('db:5432/cordon') })
    expect(check).toMatchObject({ text: expect.stringContaining('why'), next: expect.stringContaining(step) })
  })

  it('of an old major version is named with the least that is needed', () => {
    const [check] = judgeDatabase({ ...answers, version: 130_021 }, 'db')
    expect(check).toMatchObject({ ok: false, text: expect.stringContaining('version 13') })
    expect(check?.next).toContain(`${LEAST_POSTGRES}`)
    expect(judgeDatabase({ ...answers, version: LEAST_POSTGRES * 10_000 }, 'db')[0]?.ok).toBe(true)
  })

  it('without tables, with some and with later ones is told apart', () => {
    const known = ['0001-spine', '0002-more']
    const schemaOf = (made: readonly string[] | null) => judgeDatabase({ ...answers, made, known }, 'db')[1]
    expect(schemaOf([])).toMatchObject({ ok: false, text: 'The database lacks every migration' })
    expect(schemaOf(['0001-spine'])?.text).toContain('0002-more')
    expect(schemaOf([...known, '0003-later'])).toMatchObject({ ok: false, text: expect.stringContaining('0003-later') })
    expect(schemaOf(null)).toMatchObject({ ok: false, next: expect.stringContaining('npm start') })
    expect(schemaOf(known)?.ok).toBe(true)
  })
})

describe('Temporal', () => {
  const answering = (seen: NamespaceSeen, version = '1.29.1') =>
    judgeTemporal({ kind: 'answers', version, namespace: seen }, at)

  it('is well with its namespace and the wanted retention', () => {
    expect(answering(namespace).map(({ name, ok }) => [name, ok])).toEqual([
      ['temporal', true],
      ['namespace', true],
      ['retention', true],
    ])
  })

  it.each([
    ['1.29.0', false],
    ['1.28.5', false],
    ['0.99.9', false],
    ['1.29.1', true],
    ['1.29.1-150.0', true],
    ['1.30.0', true],
    ['2.0.0', true],
    ['cloud', true],
  ])('of version %s is new enough: %s', (version, ok) => {
    expect(answering(namespace, version)[0]?.ok).toBe(ok)
  })

  it('without the namespace is given the very command, which Cordon never runs there', () => {
    expect(answering({ kind: 'missing' })[1]).toEqual({
      name: 'namespace',
      ok: false,
      text: 'The Temporal server at temporal.example:7233 has no namespace cordon',
      next: 'temporal operator namespace create --namespace cordon --retention 90d --address temporal.example:7233',
    })
  })

  it('that forgets too early is given the command to change it', () => {
    const seen = answering({ ...namespace, retentionMs: DAY_MS })[2]
    expect(seen).toMatchObject({ name: 'retention', ok: false, text: expect.stringContaining('for 1 day;') })
    expect(seen?.next).toContain('temporal operator namespace update --namespace cordon --retention 90d')
  })

  it('that cannot be reached is one check: nothing else can be said', () => {
    const checks = judgeTemporal({ kind: 'unreachable', reason: 'connection refused' }, at)
    expect(checks).toMatchObject([{ name: 'temporal', ok: false, next: expect.stringContaining('TEMPORAL_ADDRESS') }])
  })
})

describe('the work', () => {
  const failing = (active: string | null, seen: NamespaceSeen) => judgeWork(active, seen).filter(({ ok }) => !ok)

  it('is well when the build of the record is current and somebody takes it', () => {
    expect(failing('build-1', namespace)).toEqual([])
  })

  it.each([
    [null, 'build-1'],
    ['build-1', null],
    ['build-2', 'build-1'],
  ])('of build %s in the record and %s in Temporal asks for activate-build', (active, current) => {
    const [check] = failing(active, { ...namespace, current, workers: [{ build: active, agoMs: 0 }] })
    expect(check).toMatchObject({ name: 'build', next: expect.stringContaining('cordon activate-build') })
  })

  it('that nobody takes names the part and its log, also when somebody did some minutes ago', () => {
    const silent = [{ build: 'build-1', agoMs: 120_000 }]
    expect(failing('build-1', { ...namespace, workers: silent })).toMatchObject([
      { name: 'worker', text: 'Nobody polls the queue incidents', next: expect.stringContaining('log/worker.log') },
    ])
    expect(failing('build-1', { ...namespace, executors: silent })).toMatchObject([
      { name: 'executor', next: expect.stringContaining('log/executor.log') },
    ])
  })

  it('that workers take for other builds only says that the bundle is missing', () => {
    const [check] = failing('build-1', { ...namespace, workers: [{ build: 'build-0', agoMs: 0 }] })
    expect(check?.text).toContain('its bundle is missing')
  })
})

describe('clocks', () => {
  const clock = { of: 'the database', before: 100_000, after: 100_200 }

  it('agree when a slow answer explains the difference', () => {
    expect(judgeClocks([{ ...clock, at: 104_000 }], 'the api’s machine')[0]?.ok).toBe(true)
    expect(judgeClocks([{ ...clock, at: 96_000 }], 'the api’s machine')[0]?.ok).toBe(true)
  })

  it.each([
    [400_200, '300 s ahead of'],
    [40_000, '60 s behind'],
  ])('that differ are told with the direction', (time, said) => {
    const [check] = judgeClocks([{ ...clock, at: time }], 'the api’s machine')
    expect(check).toMatchObject({ name: 'clock/the database', ok: false, text: expect.stringContaining(said) })
    expect(check?.next).toContain('timedatectl')
  })

  it('of AWS are right: ours is to be set', () => {
    const [check] = judgeClocks([{ ...clock, of: 'AWS', at: 900_000 }], 'the executor’s machine')
    expect(check?.next).toBe('Set the clock of the executor’s machine by a time server: timedatectl set-ntp true')
  })
})

describe('a home', () => {
  const place = { folder: '.cordon', supervisor: null, isReady: false, port: 7400, holder: 'nobody' } as const

  it('that runs nothing is started', () => {
    expect(judgePlace(place)).toMatchObject([
      { name: 'home', ok: false, next: 'npm start' },
      { name: 'port', ok: true },
    ])
  })

  it('whose port is taken names by whom, when the system tells', () => {
    const [, known] = judgePlace({ ...place, holder: { pid: 42, command: 'python3 -m http.server' } })
    expect(known).toMatchObject({ name: 'port', ok: false, next: 'Set CORDON_PORT to a free port, or end it: kill 42' })
    expect(known?.text).toContain('process 42 (python3 -m http.server)')
    expect(judgePlace({ ...place, holder: 'unknown' })[1]).toMatchObject({
      ok: false,
      next: expect.stringContaining('CORDON_PORT'),
    })
  })

  it('that is being started is told apart from one that is ready', () => {
    expect(judgePlace({ ...place, supervisor: 7 })).toMatchObject([
      { ok: false, text: expect.stringContaining('process 7') },
    ])
    expect(judgePlace({ ...place, supervisor: 7, isReady: true })).toMatchObject([{ ok: true }])
  })
})

describe('the parts of readyz', () => {
  it('are told with the step of each, and missing tables as such', () => {
    const checks = judgeParts({
      database: { ok: true },
      temporal: { ok: false, reason: 'connection refused' },
      build: { ok: false, reason: 'relation "build" does not exist' },
    })
    expect(checks).toMatchObject([
      { name: 'database', ok: true, next: null },
      { name: 'temporal', ok: false, text: 'connection refused', next: expect.stringContaining('Temporal') },
      { name: 'schema', ok: false, next: expect.stringContaining('migrates') },
    ])
  })
})
