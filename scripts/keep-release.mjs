// Part of a release: keeps the histories of the version that is released, with the bundle that wrote them, for as long as its incidents may be open.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('..', import.meta.url))
const histories = `${root}test/replay/histories`
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const [unreleased, released] = [`${histories}/unreleased`, `${histories}/${version}`]

if (existsSync(released)) {
  console.error(`The histories of ${version} are kept already: raise the version in package.json first`)
  process.exit(1)
}
if (!existsSync(unreleased) || readdirSync(unreleased).length === 0) {
  console.error('There are no unreleased histories: play them with `npm run histories` first')
  process.exit(1)
}
const built = spawnSync(process.execPath, [`${root}scripts/build.mjs`], { stdio: 'inherit' })
if (built.status !== 0) process.exit(1)

renameSync(unreleased, released)
// The source map holds paths of this machine, and is no part of the build’s id.
const bundle = readFileSync(`${root}dist/workflows.bundle.js`, 'utf8')
const code = bundle.replace(/\n?\/\/# sourceMappingURL=data:[^\n]*\n?$/, '\n')
writeFileSync(`${released}/workflows.bundle.js.gz`, gzipSync(code, { level: 9 }))
console.log(`Kept: test/replay/histories/${version}. Now play those of the next version: npm run histories`)
