import { actions, defineRunbook, evidence } from 'cordon/runbook'

export const compromisedUserCredentials = defineRunbook({
  id: 'compromised-user-credentials',
  title: 'Someone else uses an IAM user’s credentials',
  handles: ['UnauthorizedAccess:IAMUser/*', 'CredentialAccess:IAMUser/*'],

  async respond(incident, { collect, contain, recover, release, handOver }) {
    const credential = incident.credential()
    if (credential.kind !== 'user-key') return handOver(`A credential of kind ${credential.kind} needs its own runbook`)
    const { user } = credential

    const stopped = await contain('Stop the user, then its keys', [
      actions.denyUser(user),
      actions.deactivateAccessKeys(user),
    ])
    if (stopped.outcome !== 'contained') return handOver(stopped)

    const seen = await collect(evidence.activityOf(user, { hours: 24 }))
    const contained = [stopped]
    for (const role of seen.rolesAssumed) {
      const revoked = await contain(`Revoke the sessions of ${role.name} that the user opened`, [
        actions.revokeRoleSessions(role),
      ])
      if (revoked.outcome !== 'contained') return handOver(revoked)
      contained.push(revoked)
    }

    const rotated = await recover('Give the owner a new key', [actions.rotateAccessKey(credential)])
    if (rotated.outcome !== 'contained') return handOver(rotated)

    for (const containment of contained.toReversed()) {
      const released = await release(containment, 'rotated')
      // Each containment is a decision of its own: one that stays leaves the others to be asked about.
      if (released.outcome !== 'contained') await handOver(released)
    }
  },
})
