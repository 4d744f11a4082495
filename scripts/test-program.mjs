// Runs a program of `test/` from its sources, as the tests run: `node scripts/test-program.mjs test/faults/check-run.ts …`.
import { fileURLToPath, pathToFileURL } from 'node:url'
import { defaultServerConditions, runnerImport } from 'vite'

const [program, ...words] = process.argv.slice(2)
if (program === undefined) {
  console.error('Say which program of test/ to run')
  process.exit(2)
}
// `module` is for bundlers: Node cannot load what it names.
const conditions = ['cordon-source', ...defaultServerConditions.filter((condition) => condition !== 'module')]
const { module } = await runnerImport(pathToFileURL(program).href, {
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  environments: { inline: { resolve: { conditions } } },
})
process.exitCode = await module.main(words)
