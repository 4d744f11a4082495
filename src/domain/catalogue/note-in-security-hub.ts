import { isSameJson } from '#domain/json'
import type { DeclaredCall } from '#domain/state'
import type { HubFinding } from '#domain/targets'
import { defineEntry } from './entry.ts'

export interface NoteInSecurityHubState {
  readonly [field: string]: readonly string[] | string
  /** Who wrote the note, and its text; empty while there is none, or one of Cordon’s that was withdrawn. Source: ASFF, Note. */
  readonly note: readonly string[]
  /** Source: ASFF, Workflow.Status. */
  readonly workflow: string
}

/** Who writes Cordon’s notes. */
export const NOTE_AUTHOR = 'cordon'
/** Security Hub removes no note: where there was none before, the undo leaves this one. */
export const WITHDRAWN_NOTE = 'Cordon withdrew its note.'

const update = {
  operation: 'securityhub:BatchUpdateFindings',
  permissions: ['securityhub:BatchUpdateFindings'],
} as const

const set = (
  field: keyof NoteInSecurityHubState & string,
  before: readonly string[] | string,
  after: readonly string[] | string,
): DeclaredCall => ({ ...update, resource: '{arn}', change: { field, before, after } })

export const noteInSecurityHub = defineEntry<HubFinding, NoteInSecurityHubState>()({
  title: 'Note at Security Hub how a finding was answered',
  target: 'hub-finding',
  phase: 'recover',
  tier: 'R2',
  reversible: true,
  operations: [update],
  grants: {
    apply: [{ permissions: update.permissions, resource: 'arn:{partition}:securityhub:*:{account}:hub/default' }],
    revert: [{ permissions: update.permissions, resource: 'arn:{partition}:securityhub:*:{account}:hub/default' }],
  },
  reads: [{ operation: 'securityhub:GetFindings', permissions: ['securityhub:GetFindings'] }],
  revertedWhen: ['false-positive', 'rotated', 'rebuilt', 'accepted-risk'],
  sources: ['Security Hub BatchUpdateFindings', 'AWS Security Finding Format, Note and Workflow'],
  describe: ({ id, note, workflow }, before) =>
    `Finding ${id} becomes ${workflow} (it is ${before.workflow}) with the note: ${note}`,
  residual: ({ region }, { note }) => [
    ...(note.length === 0
      ? [`Security Hub removes no note: the undo leaves “${WITHDRAWN_NOTE}” in its place`]
      : [`It replaces the note of ${note[0]}, which the undo writes again: ${note[1]}`]),
    `AWS cannot hold the session to this finding: it could change any of the hub in ${region}`,
  ],
  calls: (target, { note, workflow }) => {
    const after = [NOTE_AUTHOR, target.note]
    return [
      ...(isSameJson(note, after) ? [] : [set('note', note, after)]),
      ...(workflow === target.workflow ? [] : [set('workflow', workflow, target.workflow)]),
    ]
  },
  undo: (_target, done, live) =>
    done.flatMap(({ change: { field, before, after } }) =>
      isSameJson(live[field], after) && isField(field) ? [set(field, after as string, before as string)] : [],
    ),
})

const isField = (field: string): boolean => field === 'note' || field === 'workflow'
