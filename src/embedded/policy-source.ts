import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shipped = (name: 'demo' | 'default'): string =>
  fileURLToPath(new URL(`../../policies/${name}.yaml`, import.meta.url))

/** YAML of the policy that an empty home starts with. The demo’s is for simulated accounts only: real ones refuse it. */
export function policySource(kind: 'demo' | 'real', file: string | undefined): string {
  const source = readFileSync(file ?? shipped(kind === 'demo' ? 'demo' : 'default'), 'utf8')
  if (kind === 'real' && source === readFileSync(shipped('demo'), 'utf8'))
    throw new Error(
      'The demo policy is for simulated accounts: begin with policies/default.yaml for real ones, and set CORDON_POLICY to your copy.',
    )
  return source
}
