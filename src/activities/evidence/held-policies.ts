import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListRolePolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam'
import type { HeldPolicy } from '#domain/reach'

/** Whose policies are read: what has some is called the same way for each kind. */
export interface Holder {
  readonly kind: 'user' | 'group' | 'role'
  readonly name: string
}

/** A policy that is there, and how its document is read. */
export interface NamedPolicy {
  readonly name: string
  readonly read: () => Promise<HeldPolicy>
}

type Pages<Page> = AsyncIterable<Page>

interface AttachedPage {
  readonly AttachedPolicies?: readonly { readonly PolicyArn?: string | undefined }[] | undefined
}
interface InlinePage {
  readonly PolicyNames?: readonly string[] | undefined
}

interface Calls {
  readonly attached: (client: IAMClient, name: string) => Pages<AttachedPage>
  readonly inline: (client: IAMClient, name: string) => Pages<InlinePage>
  readonly document: (
    client: IAMClient,
    name: string,
    policy: string,
  ) => Promise<{ readonly PolicyDocument?: string | undefined }>
}

const callsOf: Readonly<Record<Holder['kind'], Calls>> = {
  user: {
    attached: (client, UserName) => paginateListAttachedUserPolicies({ client }, { UserName }),
    inline: (client, UserName) => paginateListUserPolicies({ client }, { UserName }),
    document: (client, UserName, PolicyName) => client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
  },
  group: {
    attached: (client, GroupName) => paginateListAttachedGroupPolicies({ client }, { GroupName }),
    inline: (client, GroupName) => paginateListGroupPolicies({ client }, { GroupName }),
    document: (client, GroupName, PolicyName) => client.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
  },
  role: {
    attached: (client, RoleName) => paginateListAttachedRolePolicies({ client }, { RoleName }),
    inline: (client, RoleName) => paginateListRolePolicies({ client }, { RoleName }),
    document: (client, RoleName, PolicyName) => client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
  },
}

/** The groups of a user; a role is in none. */
export async function groupsOf(iam: IAMClient, { kind, name }: Holder): Promise<readonly Holder[]> {
  if (kind !== 'user') return []
  const groups: Holder[] = []
  for await (const { Groups: page = [] } of paginateListGroupsForUser({ client: iam }, { UserName: name }))
    for (const { GroupName } of page) if (GroupName !== undefined) groups.push({ kind: 'group', name: GroupName })
  return groups
}

/** The inline and the attached policies of the holder, by name; none of them is read yet. */
export async function policiesHeldBy(iam: IAMClient, holder: Holder): Promise<readonly NamedPolicy[]> {
  const { attached, inline, document } = callsOf[holder.kind]
  const found: NamedPolicy[] = []
  for await (const { PolicyNames: names = [] } of inline(iam, holder.name))
    for (const policy of names) {
      const name = `inline policy ${policy} of ${holder.kind} ${holder.name}`
      const read = async () => held(name, (await document(iam, holder.name, policy)).PolicyDocument)
      found.push({ name, read })
    }
  for await (const { AttachedPolicies: policies = [] } of attached(iam, holder.name))
    for (const { PolicyArn = '' } of policies) {
      const name = `policy ${PolicyArn} of ${holder.kind} ${holder.name}`
      found.push({ name, read: async () => held(name, await managedDocument(iam, PolicyArn)) })
    }
  return found
}

/** IAM answers documents percent-encoded by RFC 3986. */
const held = (name: string, document = ''): HeldPolicy => ({ name, document: decodeURIComponent(document) })

async function managedDocument(iam: IAMClient, PolicyArn: string): Promise<string | undefined> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  )
  return PolicyVersion?.Document
}
