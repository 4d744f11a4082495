import type { Material } from '#domain/records'
import { type Judgement, judgeCases } from '#domain/verdict'
import { triageRules } from '#triage/index'

/** What the rules of this build say of it. Also an entry of its own, by which rules are tried on what already happened. */
export const judgeMaterial = ({ cases, beyond }: Material): Judgement => judgeCases(triageRules, cases, beyond)
