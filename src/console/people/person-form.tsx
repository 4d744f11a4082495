import { useSignal } from '@preact/signals'
import { Checks, LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { texts } from '#console/texts/texts.ts'
import type { Outcome, PersonRow } from './calls.ts'
import { OutcomeLine } from './outcome.tsx'

const { members: said } = texts

interface FormProps {
  /** Null for somebody new. */
  readonly person: PersonRow | null
  readonly save: (person: object) => Promise<Answer<Outcome>>
}

const roles = Object.entries(said.roles)
const nobody = { name: '', email: null, groups: [], roles: ['viewer'] } as const

/** Who somebody is and what they may do. */
export function PersonForm({ person, save }: FormProps) {
  const known = person ?? nobody
  const [id, name] = [useSignal(''), useSignal(known.name)]
  const [email, groups] = [useSignal(known.email ?? ''), useSignal(known.groups.join(', '))]
  const chosen = useSignal<readonly string[]>(known.roles)
  const outcome = useSignal<Outcome | null>(null)
  const sending = useSending()

  function wish(): object {
    const address = email.value.trim()
    return {
      ...(person === null ? { id: id.value.trim() } : {}),
      ...(address === '' ? (person === null ? {} : { email: null }) : { email: address }),
      name: name.value.trim(),
      roles: chosen.value,
      groups: listed(groups.value),
    }
  }
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await sending.send(() => save(wish()))
    outcome.value = answer?.value ?? null
  }
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      {person === null && (
        <LineField label={said.id} hint={said.idHint} text={id} required maxLength={64} autocomplete="off" />
      )}
      <LineField label={said.name} text={name} required maxLength={128} autocomplete="off" />
      <LineField label={said.email} type="email" text={email} maxLength={320} autocomplete="off" />
      <Checks label={said.rolesOf} chosen={chosen} options={roles} />
      <LineField label={said.groups} hint={said.groupsHint} text={groups} autocomplete="off" />
      <Problem of={sending} />
      <button type="submit" class="main" disabled={sending.isBusy.value || chosen.value.length === 0}>
        {said.save}
      </button>
      <OutcomeLine outcome={outcome.value} />
    </form>
  )
}

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
