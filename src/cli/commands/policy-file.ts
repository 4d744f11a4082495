import { fileURLToPath } from 'node:url'
import { digestOf } from '#audit/digest'
import { option, type Run } from '#cli/command'
import { readText } from '#cli/document'
import { readCliConfig } from '#config'
import { shortHash } from '#domain/ids'
import type { Json } from '#domain/json'

const SHIPPED = fileURLToPath(new URL('../../../policies/default.yaml', import.meta.url))

/** Reads the file as the server would, and says every problem with its line. */
export const check: Run = async ({ words, options }) => {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { readPolicyFile } = await import('#store/policy/policy-file')
  const file = words[0] ?? option(options, 'file') ?? readCliConfig().policyFile ?? SHIPPED
  const read = readPolicyFile(await readText(file))
  if (read.kind === 'problems')
    return {
      document: { file, valid: false, problems: read.problems },
      text: read.problems.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'),
      hasFailed: true,
    }
  const digest = digestOf('policy', read.policy as unknown as Json)
  return {
    document: { file, valid: true, digest, problems: [] },
    text: `${file} is a policy (${shortHash(digest)}). Whether its people are there is checked when it is applied.`,
  }
}

export const schema: Run = async () => {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { policyJsonSchema } = await import('#store/policy/policy-file')
  const document = policyJsonSchema()
  return { document, text: JSON.stringify(document, null, 2) }
}
