import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defineConfig } from 'vite'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The console: one page, its script and its style, as files of our own origin. */
export default defineConfig({
  root: folder('src/console'),
  base: '/',
  publicDir: false,
  // `#domain/…` is the source: nothing else has to be built before.
  resolve: { conditions: ['cordon-source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: folder('dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
