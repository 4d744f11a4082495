import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { freshDatabase } from '../../support/postgres.ts'

const codegen = fileURLToPath(new URL('../../../node_modules/kysely-codegen/dist/cli/bin.js', import.meta.url))
const generated = '../../../src/store/database/schema.generated.ts'

/** The types of the live schema. Counts and log positions are numbers, as `#store/database/database` parses them. */
function typesOf(databaseUrl: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cordon-schema-'))
  const file = join(dir, 'schema.ts')
  const mapping = JSON.stringify({ int8: 'number' })
  try {
    const options = ['--dialect', 'postgres', '--url', databaseUrl, '--out-file', file, '--type-mapping', mapping]
    execFileSync(process.execPath, [codegen, ...options, '--exclude-pattern', 'kysely_*'], { stdio: 'pipe' })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(dir, { recursive: true })
  }
}

// `npm run schema` writes the file anew.
it('has the types that the migrations make', async () => {
  const { ownerUrl } = await freshDatabase()
  await expect(typesOf(ownerUrl)).toMatchFileSnapshot(generated)
})
