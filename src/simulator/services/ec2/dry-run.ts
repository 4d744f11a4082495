import type { AnyOperation } from '#simulator/services/service'
import { AwsFault } from '#simulator/wire/fault'

/** An operation that, told to run dry, fails at its end: what failed before would have failed really, and a failed call changes nothing. */
export const dryRunnable = (operation: AnyOperation): AnyOperation => ({
  ...operation,
  run(input, call) {
    const output = operation.run(input, call)
    if (input['DryRun'] === true)
      throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', { status: 412 })
    return output
  },
})
