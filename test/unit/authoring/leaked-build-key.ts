import { actions, defineRunbook, evidence } from 'cordon/runbook'

export const leakedBuildKey = defineRunbook({
  id: 'leaked-build-key',
  title: 'A key of the build system is used from outside',
  handles: ['UnauthorizedAccess:IAMUser/MaliciousIPCaller*'],

  async respond(incident, { collect, contain, handOver, page }) {
    const credential = incident.credential()
    if (credential.kind !== 'user-key')
      return handOver(`A credential of kind ${credential.kind} is not the build system’s`)

    const stopped = await contain('Stop the build user', [
      actions.denyUser(credential.user),
      actions.deactivateAccessKeys(credential.user),
    ])
    if (stopped.outcome !== 'contained') return handOver(stopped)

    const seen = await collect(evidence.activityOf(credential.user, { hours: 24 }))
    if (seen.changes.length > 0) await page(`The key changed ${seen.changes.length} things: look before you release it`)
    await handOver('Tell the build team, then rotate or release')
  },
})
