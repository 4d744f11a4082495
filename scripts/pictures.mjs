// Takes the pictures of the console that the documentation shows, from the pages as the tests open them.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const images = join(root, 'docs/images')
const LARGEST_BYTES = 200 * 1024

/** `<page>-<screen>-<scheme>`, as `test/e2e/console-every-page.test.ts` names them. */
const shown = ['now-wide-light', 'plan-phone-dark', 'report-phone-light', 'coverage-wide-dark']

const folder = mkdtempSync(join(tmpdir(), 'cordon-pictures-'))
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'e2e', 'test/e2e/console-every-page.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CORDON_SCREENSHOTS: folder, CORDON_MATRIX: 'night' },
})
if (status === 0) {
  mkdirSync(images, { recursive: true })
  for (const name of shown) copyFileSync(join(folder, `${name}.png`), join(images, `${name}.png`))
}
rmSync(folder, { recursive: true })
const large = status === 0 ? shown.filter((name) => statSync(join(images, `${name}.png`)).size > LARGEST_BYTES) : []
if (large.length > 0) console.error(`Larger than 200 kB: ${large.join(', ')}. Show less on them, or choose others.`)
process.exit(status === 0 && large.length === 0 ? 0 : 1)
