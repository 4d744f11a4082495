import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Labelled {
  readonly label: string
  /** What helps to fill it in; it is read out with the label. */
  readonly hint?: string
}

interface Typed extends Labelled {
  readonly text: Signal<string>
  readonly required?: boolean
  readonly minLength?: number
  readonly maxLength?: number
}

interface LineProps extends Typed {
  readonly type?: 'text' | 'password' | 'search' | 'email' | 'number' | 'date'
  readonly autocomplete?: string
  readonly pattern?: string
  readonly inputMode?: 'numeric' | 'text'
  /** The id of a list of what is suggested. */
  readonly list?: string
  readonly min?: string
  readonly max?: string
}

interface TextProps extends Typed {
  readonly rows?: number
}

const LONGEST = 4096
const USUAL_ROWS = 3

/** Several lines of text. */
export function TextField({ label, hint, text, maxLength = LONGEST, rows = USUAL_ROWS, ...attributes }: TextProps) {
  const id = useId()
  return (
    <Labelling id={id} label={label} hint={hint}>
      <textarea
        {...attributes}
        id={id}
        rows={rows}
        maxLength={maxLength}
        aria-describedby={described(id, hint)}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
    </Labelling>
  )
}

/** One line of text. */
export function LineField({ label, hint, text, maxLength = LONGEST, ...attributes }: LineProps) {
  const id = useId()
  return (
    <Labelling id={id} label={label} hint={hint}>
      <input
        // Preact describes every `type` of an input apart.
        {...(attributes as object)}
        id={id}
        maxLength={maxLength}
        aria-describedby={described(id, hint)}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
    </Labelling>
  )
}

interface ChoiceProps<T extends string> extends Labelled {
  readonly value: Signal<T>
  readonly options: readonly (readonly [value: T, text: string])[]
}

/** One of a few. */
export function Choice<T extends string>({ label, hint, value, options }: ChoiceProps<T>) {
  const id = useId()
  const choose = (chosen: string): void => {
    const found = options.find(([option]) => option === chosen)
    if (found !== undefined) value.value = found[0]
  }
  return (
    <Labelling id={id} label={label} hint={hint}>
      <select
        id={id}
        aria-describedby={described(id, hint)}
        value={value.value}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Labelling>
  )
}

interface ChecksProps extends Labelled {
  readonly chosen: Signal<readonly string[]>
  readonly options: readonly (readonly [value: string, text: ComponentChildren])[]
}

/** Any of several, each with a box to tick. */
export function Checks({ label, hint, chosen, options }: ChecksProps) {
  const id = useId()
  const toggle = (option: string, isOn: boolean): void => {
    const others = chosen.value.filter((one) => one !== option)
    chosen.value = isOn ? [...others, option] : others
  }
  return (
    <fieldset aria-describedby={described(id, hint)}>
      <legend>{label}</legend>
      <Hint id={id} hint={hint} />
      {options.map(([option, text]) => (
        <label key={option} class="check">
          <input
            type="checkbox"
            checked={chosen.value.includes(option)}
            onChange={({ currentTarget }) => toggle(option, currentTarget.checked)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}

interface LabellingProps {
  readonly id: string
  readonly label: string
  readonly hint: string | undefined
  readonly children: ComponentChildren
}

const Labelling = ({ id, label, hint, children }: LabellingProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    <Hint id={id} hint={hint} />
    {children}
  </div>
)

const hintId = (id: string): string => `${id}-hint`

const described = (id: string, hint: string | undefined): string | undefined =>
  hint === undefined ? undefined : hintId(id)

const Hint = ({ id, hint }: { readonly id: string; readonly hint: string | undefined }) =>
  hint === undefined ? null : (
    <p id={hintId(id)} class="quiet">
      {hint}
    </p>
  )
