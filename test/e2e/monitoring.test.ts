import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { incidentStatuses } from '#domain/incident'
import { planStatuses } from '#domain/plan'
import { type MetricKind, metricKinds, type Scraped } from '#monitoring/metric-kinds'
import { type Exposition, metricOf, readExposition } from '../support/exposition.ts'
import { familyOf } from '../support/process-family.ts'
import { type Home, newHome, prepare, until } from './installation.ts'

const scraped: readonly Scraped[] = ['api', 'worker', 'executor', 'gate', 'sealer', 'intake']

/** Nothing was reviewed yet, and a share of nothing is none. */
const ABSENT_AT_FIRST: readonly string[] = [
  'cordon_triage_precision',
  'cordon_triage_rule_precision',
  'cordon_triage_rule_reviewed',
]

let home: Home
let told: Readonly<Record<string, Exposition>>
beforeAll(async () => {
  prepare()
  home = await newHome()
  await home.start()
  const { status, stderr } = home.cordon('drill', 'stolen-access-key', '--approve', '--json')
  if (status !== 0) throw new Error(`The drill failed: ${stderr}`)
  told = Object.fromEntries(await Promise.all(scraped.map(async (part) => [part, await scrape(part)] as const)))
})
afterAll(async () => {
  await home.stop()
  home.remove()
})

const metricsOf = (part: string): string => {
  const { metrics } = home.ready().processes.find(({ name }) => name === part) ?? {}
  if (metrics === undefined) throw new Error(`ready.json does not say where ${part} is scraped`)
  return metrics
}

const scrape = async (part: string): Promise<Exposition> => readExposition(await (await fetch(metricsOf(part))).text())

const valuesOf = (part: Scraped, name: string, label: string) =>
  Object.fromEntries(
    (told[part]?.series ?? []).filter((one) => one.name === name).map(({ labels, value }) => [labels[label], value]),
  )

const healthOf = async (part: string) => {
  const response = await fetch(metricsOf(part).replace(/metrics$/, 'healthz'))
  const { parts } = (await response.json()) as { readonly parts: Record<string, { readonly ok: boolean }> }
  return { status: response.status, ill: Object.keys(parts).filter((name) => parts[name]?.ok === false) }
}

const childrenOf = (parent: number): readonly number[] =>
  familyOf(parent).flatMap((member) => (member.parent === parent ? member.pid : []))

describe('the metrics', () => {
  it.each(scraped)('of %s are every one that the reference says, of their type and with their label alone', (part) => {
    const { types, series } = told[part] ?? { types: new Map(), series: [] }
    const ours = Object.entries<MetricKind>(metricKinds).filter(([, { of }]) => of.includes(part))
    expect([...types.keys()].filter((name) => name.startsWith('cordon_')).toSorted()).toEqual(
      ours.map(([name]) => name).toSorted(),
    )
    for (const [name, { type, label }] of ours) {
      expect(types.get(name), name).toBe(type)
      const labels = series.filter((one) => metricOf(types, one.name) === name).map((one) => Object.keys(one.labels))
      const wanted = label && !ABSENT_AT_FIRST.includes(name) ? [label] : []
      expect(new Set(labels.flat().filter((one) => one !== 'le')), name).toEqual(new Set(wanted))
    }
    expect(types.has('nodejs_eventloop_lag_p99_seconds') && types.has('process_resident_memory_bytes')).toBe(true)
  })

  it('count what the contract names, after a drill', () => {
    expect(valuesOf('api', 'cordon_findings_total', 'outcome')).toEqual({ accepted: 1, duplicate: 0, quarantined: 0 })
    expect(Object.keys(valuesOf('api', 'cordon_incidents', 'status'))).toEqual([...incidentStatuses])
    expect(valuesOf('api', 'cordon_incidents', 'status')).toMatchObject({ recovered: 1 })
    expect(Object.keys(valuesOf('api', 'cordon_plans', 'status'))).toEqual([...planStatuses])
    const counts = valuesOf('api', 'cordon_seconds_count', 'span')
    expect(Object.keys(counts)).toEqual([
      'finding_to_incident',
      'finding_to_page',
      'proposal_to_decision',
      'decision_to_first_write',
      'decision_to_contained',
    ])
    for (const [span, count] of Object.entries(counts)) {
      expect(count, span).toBeGreaterThan(0)
      const buckets = (told['api']?.series ?? []).filter(
        ({ name, labels }) => name === 'cordon_seconds_bucket' && labels['span'] === span,
      )
      const values = buckets.map(({ value }) => value)
      expect(values, span).toEqual(values.toSorted((one, other) => one - other))
      expect(buckets.at(-1), span).toMatchObject({ labels: { le: '+Inf' }, value: count })
    }
  })

  it('hold no id in a label, so that their number stays the same whatever happens', () => {
    const values = scraped.flatMap((part) => told[part]?.series.flatMap(({ labels }) => Object.values(labels)) ?? [])
    expect(values.filter((value) => /inc-|[0-9a-f]{16}|AKIA|arn:|\d{12}/.test(value))).toEqual([])
  })

  it('of worker and executor have those of Temporal’s SDK, and the server tells its own', async () => {
    for (const [part, queue] of [
      ['worker', 'incidents'],
      ['executor', 'executor'],
    ] as const)
      expect(valuesOf(part, 'temporal_num_pollers', 'task_queue')[queue], part).toBeGreaterThan(0)
    expect((await scrape('temporal')).types.has('persistence_latency')).toBe(true)
  })
})

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly labels: object }[]
  }[]
}

describe('the alert rules', () => {
  const file = fileURLToPath(new URL('../../docs/reference/alerts.yaml', import.meta.url))
  const rules = (parse(readFileSync(file, 'utf8')) as Rules).groups.flatMap((group) => group.rules)
  /** The SDK tells of a failure only once there was one: its names are in its program. */
  const program = readFileSync(
    createRequire(import.meta.url).resolve(
      `@temporalio/core-bridge/releases/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-unknown-linux-gnu/index.node`,
    ),
  )
  const isThere = (name: string): boolean =>
    name === 'up' ||
    Object.values(told).some(({ types }) => metricOf(types, name) !== undefined) ||
    (name.startsWith('temporal_') && program.includes(name.slice('temporal_'.length)))

  it('have each a name of its own and name only metrics that there are', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    const missing = rules.flatMap(({ alert, expr }) =>
      [...expr.replace(/"[^"]*"/g, '""').matchAll(/\b(?:cordon|temporal|nodejs|process)_[a-z0-9_]+\b|\bup\b/g)]
        .map(([name]) => name)
        .filter((name) => !isThere(name))
        .map((name) => `${alert}: ${name}`),
    )
    expect(missing).toEqual([])
  })
})

describe('the health', () => {
  it('of every process is well while everything runs', async () => {
    for (const part of ['worker', 'executor', 'gate', 'sealer', 'intake'])
      expect(await healthOf(part), part).toEqual({ status: 200, ill: [] })
  })

  it('of each names what it lacks, while Postgres does not answer, and is well again afterwards', async () => {
    const postgres = [home.pidOf('postgres') ?? 0, ...childrenOf(home.pidOf('postgres') ?? 0)]
    for (const pid of postgres) process.kill(pid, 'SIGSTOP')
    try {
      for (const part of ['worker', 'executor', 'gate'])
        expect(await healthOf(part), part).toEqual({ status: 503, ill: ['database'] })
      await until(async () => (await healthOf('sealer')).ill.includes('sealing'))
      const { series } = await scrape('gate')
      expect(series.find(({ labels }) => labels['part'] === 'database')?.value).toBe(0)
    } finally {
      for (const pid of postgres) process.kill(pid, 'SIGCONT')
    }
    for (const part of ['worker', 'executor', 'gate', 'sealer', 'intake'])
      await until(async () => (await healthOf(part)).status === 200)
  })

  it('of the executor tells that the gate is away', async () => {
    const gate = home.pidOf('gate') ?? 0
    process.kill(gate, 'SIGKILL')
    await until(async () => (await healthOf('executor')).ill.includes('gate'))
    await until(async () => (await healthOf('executor')).status === 200)
    expect(home.pidOf('gate')).not.toBe(gate)
  })

  it('of the worker tells that a bundle is missing which an incident needs', async () => {
    const folder = join(home.folder, 'builds')
    const build = readdirSync(folder).find((name) => /^[0-9a-f]{64}$/.test(name)) ?? ''
    renameSync(join(folder, build), join(folder, 'elsewhere'))
    process.kill(home.pidOf('worker') ?? 0, 'SIGKILL')
    await until(async () => (await healthOf('worker').catch(() => ({ ill: [''] }))).ill.includes('builds'))
    renameSync(join(folder, 'elsewhere'), join(folder, build))
    await until(async () => (await healthOf('worker')).status === 200)
    expect(readFileSync(join(home.folder, 'log', 'worker.log'), 'utf8')).toContain('The bundle of a build is missing')
  })
})
