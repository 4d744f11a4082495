import { option, type Run } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { cloudformationOfAccounts, cloudformationOfHub } from '#cli/roles/cloudformation'
import { rolesDocument } from '#cli/roles/json'
import { terraformOfAccounts, terraformOfHub } from '#cli/roles/terraform'
import { type Wanted, wantedOf } from '#cli/roles/wanted'

type Writer = (wanted: Wanted) => string

const written =
  (part: 'accounts' | 'hub'): Writer =>
  (wanted) =>
    JSON.stringify(rolesDocument(wanted)[part], null, 2)

const formats: Readonly<Record<string, { readonly accounts: Writer; readonly hub: Writer }>> = {
  cloudformation: { accounts: cloudformationOfAccounts, hub: cloudformationOfHub },
  terraform: { accounts: terraformOfAccounts, hub: terraformOfHub },
  json: { accounts: written('accounts'), hub: written('hub') },
}

/** Prints what makes Cordon’s roles in accounts, or what lets the hub’s identities open them. */
export const generate: Run = async (asked) => {
  const format = formats[option(asked.options, 'format') ?? '']
  if (format === undefined) throw wrongUsage(`--format is one of ${Object.keys(formats).join(', ')}`)
  const part = option(asked.options, 'part') ?? 'accounts'
  if (part !== 'accounts' && part !== 'hub') throw wrongUsage('--part is accounts or hub')
  const wanted = await wantedOf(asked)
  return { document: rolesDocument(wanted), text: format[part](wanted).trimEnd() }
}
