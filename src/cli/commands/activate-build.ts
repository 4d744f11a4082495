import type { Run } from '#cli/command'
import { readWorkerConfig } from '#config'

/** Makes this version’s workflow bundle current. Works on the database and Temporal themselves, not over the API. */
export const activate: Run = async () => {
  // oxlint-disable-next-line no-restricted-imports -- loaded when it is needed, as the table says
  const { activateBuild } = await import('#worker/activate-build')
  const build = await activateBuild(readWorkerConfig())
  return { document: { build }, text: `Build ${build} is current.` }
}
