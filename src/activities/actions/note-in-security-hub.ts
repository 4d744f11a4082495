import type { AwsSecurityFinding, BatchUpdateFindingsResponse, SecurityHub } from '@aws-sdk/client-securityhub'
import { failure } from '#activities/aws/translate-error'
import { NOTE_AUTHOR, type NoteInSecurityHubState, WITHDRAWN_NOTE } from '#domain/catalogue/note-in-security-hub'
import type { Json } from '#domain/json'
import type { DeclaredCall } from '#domain/state'
import { type HubFinding, targetName, targetText } from '#domain/targets'
import { type Acknowledged, compare, type Doing, makeCalls, type Work } from './doing.ts'

/** Of a finding that nobody worked on. Source: ASFF, Workflow. */
const UNTOUCHED = 'NEW'

export const noteInSecurityHub: Doing<'noteInSecurityHub'> = {
  async observe(read, target) {
    const { account, region } = target
    const { Note, Workflow } = await findingOf(await read.securityHub(), target)
    return {
      arn: `arn:${read.partition}:securityhub:${region}:${account}:hub/${targetName(target)}`,
      state: { note: noteIn(Note), workflow: Workflow?.Status ?? UNTOUCHED },
      // Findings have none.
      tags: {},
      blastRadius: async () => [],
    }
  },

  apply: update,

  verify: (reading) => compare(noteInSecurityHub, reading),

  revert: update,
}

function noteIn(note: AwsSecurityFinding['Note']): NoteInSecurityHubState['note'] {
  const { Text: text = '', UpdatedBy: by = '' } = note ?? {}
  return text === '' || (by === NOTE_AUTHOR && text === WITHDRAWN_NOTE) ? [] : [by, text]
}

/** Security Hub keeps findings for 90 days after their last change. Fails with `target_gone`. */
async function findingOf(client: SecurityHub, target: HubFinding): Promise<AwsSecurityFinding> {
  const { Findings = [] } = await client
    .getFindings({
      Filters: {
        Id: [{ Value: target.id, Comparison: 'EQUALS' }],
        ProductArn: [{ Value: target.productArn, Comparison: 'EQUALS' }],
      },
    })
    .catch((error: unknown) => unlessThereIsNoHub(error, target))
  const [finding] = Findings
  if (finding === undefined) throw failure('target_gone', `There is no ${targetText(target)} any more`)
  return finding
}

/** Source: Security Hub, InvalidAccessException: the account is not subscribed. */
function unlessThereIsNoHub(error: unknown, target: HubFinding): never {
  if (error instanceof Error && error.name === 'InvalidAccessException')
    throw failure('target_gone', `There is no hub for the ${targetText(target)}: ${error.message}`)
  throw error
}

/** The same note or status twice is one. */
function update({ write, target, ...work }: Work<HubFinding, NoteInSecurityHubState>) {
  return makeCalls(work, async ({ change }: DeclaredCall): Promise<Acknowledged> => {
    const client = await write.securityHub()
    const answer = await client.batchUpdateFindings({
      FindingIdentifiers: [{ Id: target.id, ProductArn: target.productArn }],
      ...(change.field === 'note'
        ? { Note: noteOf(change.after) }
        : { Workflow: { Status: String(change.after) as 'NEW' } }),
    })
    refuseUnprocessed(answer, target)
    return answer
  })
}

function noteOf(after: Json): { readonly Text: string; readonly UpdatedBy: string } {
  const [by, text] = Array.isArray(after) ? after : []
  return typeof by === 'string' && typeof text === 'string'
    ? { UpdatedBy: by, Text: text }
    : { UpdatedBy: NOTE_AUTHOR, Text: WITHDRAWN_NOTE }
}

/** Security Hub answers with success also where it changed nothing. Source: BatchUpdateFindings, UnprocessedFindings. */
function refuseUnprocessed(
  { UnprocessedFindings: [left] = [] }: BatchUpdateFindingsResponse,
  target: HubFinding,
): void {
  if (left === undefined) return
  const code = left.ErrorCode === 'FindingNotFound' ? 'target_gone' : 'unavailable'
  throw failure(code, `Security Hub did not change the ${targetText(target)}: ${left.ErrorCode}: ${left.ErrorMessage}`)
}
