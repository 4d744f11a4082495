import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runbookFiles } from './authored-index.ts'
import { bundleWorkflows } from './bundle-workflows.ts'
import { runbookAuthors } from './runbook-authors.ts'

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// A step of `npm run build`: the bundle is made where the sources are, never while serving.
writeFileSync(fileOf('../workflows.bundle.js'), await bundleWorkflows())
const sources = fileOf('../../src/runbooks')
writeFileSync(fileOf('../workflows.authors.json'), JSON.stringify(runbookAuthors(sources, runbookFiles(sources))))
