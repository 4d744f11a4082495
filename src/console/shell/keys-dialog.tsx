import { Dialog } from '#console/parts/dialog.tsx'
import { texts } from '#console/texts/texts.ts'
import { areKeysShown } from './keys.ts'
import { account, destinations } from './navigation.ts'

/** Every key and what it does. */
export function KeysDialog() {
  if (!areKeysShown.value) return null
  const going = [...destinations, account].filter(({ key }) => key !== undefined)
  return (
    <Dialog title={texts.keys.title} onClose={() => (areKeysShown.value = false)}>
      <table class="keys">
        <tbody>
          {texts.keys.each.map(([key, what]) => (
            <Row key={key} letters={[key]} what={what} />
          ))}
          {going.map(({ key = '', text }) => (
            <Row key={`g ${key}`} letters={['g', key]} what={texts.keys.goTo(text)} />
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}

const Row = ({ letters, what }: { readonly letters: readonly string[]; readonly what: string }) => (
  <tr>
    <th scope="row">
      {letters.map((letter) => (
        <kbd key={letter}>{letter}</kbd>
      ))}
    </th>
    <td>{what}</td>
  </tr>
)
