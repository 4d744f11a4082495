import { existsSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runbookFiles } from './authored-index.ts'
import { bundleWorkflows } from './bundle-workflows.ts'
import { runbookAuthors } from './runbook-authors.ts'
import { runbookTable } from './runbook-table.ts'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// A step of `npm run build`: the bundle is made where the sources are, never while serving.
writeFileSync(fileOf('../workflows.bundle.js'), await bundleWorkflows())
const sources = fileOf('../../src/runbooks')
// Who only has what was compiled knows of no authors, nor what the files say.
const files = existsSync(sources) ? runbookFiles(sources) : []
const authors = runbookAuthors(sources, files)
writeFileSync(fileOf('../workflows.authors.json'), JSON.stringify(authors))
writeFileSync(fileOf('../workflows.runbooks.json'), JSON.stringify(runbookTable(sources, files)))
