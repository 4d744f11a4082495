import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { NewPlanBody } from '#api/schemas/plan'
import { TargetSchema } from '#api/schemas/target'
import { fits } from '#domain/catalogue/erased'
import type { Target } from '#domain/targets'

const guide = readFileSync(new URL('../../../docs/guides/triage.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => JSON.parse(text) as object)
const targets = blocks.filter((block): block is Target => 'kind' in block)

const actionOf = {
  'archive-filter': 'suppressFindings',
  'finding-feedback': 'giveFindingFeedback',
  'hub-finding': 'noteInSecurityHub',
} as const

describe('the JSON of the guide to triage', () => {
  it('has plans that the api takes', () => {
    const plans = blocks.filter((block) => 'steps' in block)
    expect(plans).toHaveLength(1)
    for (const plan of plans) expect([...Value.Errors(NewPlanBody, plan)]).toEqual([])
  })

  it.each(Object.keys(actionOf) as readonly (keyof typeof actionOf)[])('has a target %s that the api takes', (kind) => {
    const [target, ...more] = targets.filter((one) => one.kind === kind)
    expect(more).toEqual([])
    expect(Value.Check(TargetSchema, target)).toBe(true)
    expect(target !== undefined && fits(actionOf[kind], target)).toBe(true)
    const step = { action: actionOf[kind], target }
    expect(Value.Check(NewPlanBody, { purpose: 'recover', reason: 'x', steps: [step] })).toBe(true)
  })
})
