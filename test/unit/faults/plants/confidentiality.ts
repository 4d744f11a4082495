import { type Draft, entriesOf, type Plant, pick, type Random, rewriteEvent, tableOf } from '../planting.ts'

/** A secret that nobody wrote down; the run names it among its canaries. */
function canary(draft: Draft, random: Random): string {
  const secret = Array.from({ length: 40 }, () => Math.floor(random() * 36).toString(36)).join('')
  draft.canaries = ['a canary that is nowhere', secret]
  return secret
}

export const confidentialityPlants: Readonly<Record<string, Plant>> = {
  'a secret is in a row': (draft, random) => {
    const table = pick(
      ['evidence', 'verb_call', 'permit', 'plan_step'].filter((one) => tableOf(draft, one).length > 0),
      random,
    )
    pick(tableOf(draft, table), random)['outcome'] = { note: `it is ${canary(draft, random)}` }
  },
  'a secret is in the log’s bytes': (draft, random) =>
    rewriteEvent(pick(entriesOf(draft, /./), random), (event) => {
      event['text'] = `it is ${canary(draft, random)}`
    }),
  'a secret is in a history as it is': (draft, random) => {
    const name = pick(Object.keys(draft.histories), random)
    draft.histories[name] = String(draft.histories[name]).replace('{', `{"note":"${canary(draft, random)}",`)
  },
  'a secret is in a payload of a history': (draft, random) => {
    const name = pick(Object.keys(draft.histories), random)
    const data = Buffer.from(`{"secretAccessKey":"${canary(draft, random)}"}`).toString('base64')
    draft.histories[name] = String(draft.histories[name]).replace('{', `{"data":"${data}",`)
  },
  'a secret is in a call’s parameters': (draft, random) =>
    void (pick(draft.calls, random)['parameters'] = { SecretString: canary(draft, random) }),
  'a secret is in a page': (draft, random) =>
    void (pick(draft.pages, random)['body'] = { text: canary(draft, random) }),
  'a secret is in what a client was told': (draft, random) =>
    void (pick(draft.client, random)['subject'] = { answer: canary(draft, random) }),
  'a secret is in a process’s log': (draft, random) =>
    void (draft.logs = { 'executor.log': `{"msg":"done","key":"${canary(draft, random)}"}` }),
  'a secret is in a log in base64': (draft, random) =>
    void (draft.logs = { 'gate.log': `header ${Buffer.from(canary(draft, random)).toString('base64')}` }),
}
