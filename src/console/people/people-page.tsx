import { Absent } from '#console/parts/absent.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { addPerson, type PersonRow, readPeople } from './calls.ts'
import { DelegationsSection } from './delegations-section.tsx'
import { PersonActs } from './person-acts.tsx'
import { PersonForm } from './person-form.tsx'
import { WaitingChanges } from './waiting-changes.tsx'
import './style.css'

const { members: said } = texts

/** Who has access, what waits for a second person, and who stands for whom. */
export function PeoplePage() {
  useTitle(said.title)
  const mayKeep = isA('operator', 'policy-admin')
  const { value, refusal } = useReading(readPeople)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { people } = value.value
  return (
    <>
      <h1>{said.title}</h1>
      <p class="quiet">{said.hint}</p>
      <WaitingChanges mayKeep={mayKeep} />
      {mayKeep && (
        <details class="act">
          <summary>{said.add}</summary>
          <PersonForm person={null} save={addPerson} />
        </details>
      )}
      <ul class="cards people">
        {people.map((person) => (
          <PersonItem key={person.id} person={person} mayKeep={mayKeep} />
        ))}
      </ul>
      <DelegationsSection />
    </>
  )
}

interface PersonProps {
  readonly person: PersonRow
  readonly mayKeep: boolean
}

const PersonItem = ({ person, mayKeep }: PersonProps) => {
  const { id, name, roles, groups, email, passkeys } = person
  return (
    <li>
      <h2>{name}</h2>
      <p>
        {roles.map((role) => (
          <span key={role} class="mark">
            {role}
          </span>
        ))}
      </p>
      <p class="quiet">
        <code>{id}</code> · {groups.length === 0 ? said.noGroups : groups.join(', ')} · {said.passkeys(passkeys)}
        {email !== null && ` · ${email}`}
      </p>
      {mayKeep && <PersonActs person={person} />}
    </li>
  )
}
