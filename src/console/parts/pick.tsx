import { useId } from 'preact/hooks'

interface PickProps {
  readonly label: string
  readonly value: string
  readonly options: readonly (readonly [value: string, text: string])[]
  readonly onPick: (value: string) => void
}

/** A filter: one of several, in force as soon as it is chosen. */
export function Pick({ label, value, options, onPick }: PickProps) {
  const id = useId()
  return (
    <div class="pick">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onPick(currentTarget.value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
