import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What every page has, with all that it imports: one file, for each more is a question more before the first row. */
const FIRST = /node_modules|src\/console\/(main|parts|texts)/

/** Each script and style a second time, as a browser on a slow line takes it; from what is written, which is changed until then. */
const compressed: Plugin = {
  name: 'compressed',
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(js|css)$/.test(file))) {
      const path = join(dir, name)
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
    }
  },
}

/** The console: one page, its script and its style, as files of our own origin. */
export default defineConfig({
  root: folder('src/console'),
  base: '/',
  publicDir: false,
  // `#domain/…` is the source: nothing else has to be built before.
  resolve: { conditions: ['cordon-source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: [compressed],
  build: {
    outDir: folder('dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: FIRST }] } } },
  },
})
