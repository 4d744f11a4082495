import { type Diagnosis, ill, well } from './check.ts'

/** What the intake wrote down of what it pulls from. */
export interface IntakeSeen {
  /** Those that are waited for. */
  readonly sources: readonly {
    readonly name: string
    readonly state: 'heard' | 'silent' | 'unheard'
    readonly problem: string | null
  }[]
  readonly gaps: readonly { readonly account: string; readonly region: string; readonly text: string }[]
}

const SHOWN = 3

/** Whether findings come, and all of them. */
export function judgeIntake({ sources, gaps }: IntakeSeen): Diagnosis {
  if (sources.length === 0)
    return { checks: [], notes: ['Whether findings come could not be looked at: no intake pulls any yet'] }
  const silent = sources.filter(({ state }) => state === 'silent')
  const heard =
    silent.length === 0
      ? well('intake', `${sources.length} sources of findings are looked at, and none is silent`)
      : ill(
          'intake',
          `Nothing is heard of ${some(silent.map(({ name, problem }) => (problem === null ? name : `${name} (${problem})`)))}`,
          'cordon sources',
        )
  const covered =
    gaps.length === 0
      ? well('coverage', 'All that GuardDuty is known to have made came')
      : ill(
          'coverage',
          some(gaps.map(({ account, region, text }) => `${account}, ${region}: ${text}`)),
          'cordon coverage',
        )
  return { checks: [heard, covered], notes: [] }
}

const some = (texts: readonly string[]): string =>
  texts.length <= SHOWN ? texts.join('; ') : `${texts.slice(0, SHOWN).join('; ')}; and ${texts.length - SHOWN} more`
