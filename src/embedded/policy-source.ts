import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shipped = (name: 'demo' | 'default'): string =>
  fileURLToPath(new URL(`../../policies/${name}.yaml`, import.meta.url))

/** YAML of the policy that an empty home starts with. The demo’s is for simulated accounts only: real ones refuse it. */
export function policySource(kind: 'demo' | 'real', file: string | undefined): string {
  const source = file === undefined ? read(shipped(kind === 'demo' ? 'demo' : 'default')) : readNamed(file)
  if (kind === 'real' && source === read(shipped('demo')))
    throw new Error(
      'The demo policy is for simulated accounts: begin with policies/default.yaml for real ones, and set CORDON_POLICY to your copy.',
    )
  return source
}

const read = (file: string): string => readFileSync(file, 'utf8')

function readNamed(file: string): string {
  try {
    return read(file)
  } catch (cause) {
    throw new Error(`CORDON_POLICY is “${file}”, which is no file that can be read.`, { cause })
  }
}
