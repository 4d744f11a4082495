import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { problemIn } from '#console/parts/sending.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { isA, person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { acknowledge, askEvidence, claim, type IncidentDetail, releaseClaim } from './calls.ts'
import type * as Dialogs from './verb-dialogs.tsx'

export interface VerbDialogProps {
  readonly incident: IncidentDetail
  readonly onClose: () => void
}

type DialogName = keyof typeof Dialogs

interface Verb {
  readonly name: keyof typeof texts.verbs
  /** The letter that presses it. */
  readonly key?: string
  /** Whether it makes sense now. */
  readonly fits: (incident: IncidentDetail) => boolean
  /** What it opens, or what it does at once. */
  readonly does: DialogName | ((id: string) => Promise<Answer<unknown>>)
}

const isOpen = ({ status }: IncidentDetail): boolean => status !== 'closed'
const isToJudge = (incident: IncidentDetail): boolean => isOpen(incident) && incident.verdict === 'inconclusive'
const claimant = ({ claims }: IncidentDetail): string | undefined => claims.find(({ end }) => end === null)?.person
const isMine = (incident: IncidentDetail): boolean => claimant(incident) === person.value?.id

const holds = ({ acknowledgedBy }: IncidentDetail): boolean => acknowledgedBy === person.value?.id
type Appeal = IncidentDetail['appeals'][number]
const asked = ({ appeals }: IncidentDetail): readonly Appeal[] =>
  appeals.filter(({ status }) => status === 'open' || status === 'unanswered')
/** Nobody came in time: anybody may take it over. */
const isAskedOfMe = ({ people, by, kind, status }: Appeal): boolean =>
  by !== person.value?.id &&
  (people.includes(person.value?.id ?? '') || (kind === 'hand-over' && status === 'unanswered'))

/** What a responder can do, the likely ones first. */
const verbs: readonly Verb[] = [
  {
    name: 'acknowledge',
    fits: (incident) => isOpen(incident) && incident.acknowledgedBy === null,
    does: acknowledge,
  },
  {
    name: 'accept',
    fits: (incident) => incident.acknowledgedBy !== null && asked(incident).some(isAskedOfMe),
    does: acknowledge,
  },
  {
    name: 'keep',
    fits: (incident) => asked(incident).some(({ kind, by }) => kind === 'hand-over' && by === person.value?.id),
    does: acknowledge,
  },
  {
    name: 'claim',
    fits: (incident) => isToJudge(incident) && claimant(incident) === undefined,
    does: (id) => claim(id),
  },
  {
    name: 'takeOver',
    fits: (incident) => isToJudge(incident) && claimant(incident) !== undefined && !isMine(incident),
    does: 'TakeOverDialog',
  },
  { name: 'judge', fits: isToJudge, does: 'VerdictDialog' },
  { name: 'help', key: 'h', fits: isOpen, does: 'HelpDialog' },
  {
    name: 'handOver',
    key: 'o',
    fits: (incident) =>
      isOpen(incident) && holds(incident) && !asked(incident).some(({ kind }) => kind === 'hand-over'),
    does: 'HandOverDialog',
  },
  { name: 'release', fits: (incident) => isOpen(incident) && isMine(incident), does: releaseClaim },
  { name: 'close', fits: isOpen, does: 'CloseDialog' },
  { name: 'reopen', fits: (incident) => !isOpen(incident) && incident.mergedInto === null, does: 'ReopenDialog' },
  { name: 'ask', fits: isOpen, does: 'QuestionDialog' },
  { name: 'collect', fits: isOpen, does: askEvidence },
  { name: 'merge', fits: isOpen, does: 'MergeDialog' },
  { name: 'split', fits: isOpen, does: 'SplitDialog' },
]

const LIKELY = 5
/** What somebody has to do first. */
const urgent: ReadonlySet<Verb['name']> = new Set(['acknowledge', 'accept', 'claim', 'judge', 'reopen'])

export function Verbs({ incident }: { readonly incident: IncidentDetail }) {
  const dialog = useSignal<{ readonly Shown: ComponentType<VerbDialogProps> } | null>(null)
  const problem = useSignal<string | null>(null)
  if (!isA('responder', 'approver')) return null
  const now = verbs.filter(({ fits }) => fits(incident))

  async function run({ does }: Verb): Promise<void> {
    if (typeof does === 'string') {
      problem.value = null
      try {
        dialog.value = { Shown: (await import('./verb-dialogs.tsx'))[does] }
      } catch {
        // Its file cannot be had: Cordon was updated under an open tab, or cannot be reached.
        problem.value = texts.loadAgain
      }
      return
    }
    problem.value = await problemIn(() => does(incident.id))
    happened.value += 1
  }
  const button = (verb: Verb) => (
    <button
      key={verb.name}
      type="button"
      data-key={verb.key}
      class={urgent.has(verb.name) ? 'main' : ''}
      onClick={() => void run(verb)}
    >
      {texts.verbs[verb.name]}
    </button>
  )
  const Shown = dialog.value?.Shown
  return (
    <div class="verbs">
      <div class="buttons">
        {now.slice(0, LIKELY).map(button)}
        {now.length > LIKELY && (
          <details class="more">
            <summary>{texts.moreVerbs}</summary>
            <div class="buttons">{now.slice(LIKELY).map(button)}</div>
          </details>
        )}
      </div>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {Shown !== undefined && <Shown incident={incident} onClose={() => (dialog.value = null)} />}
    </div>
  )
}
