import { useSignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'
import type { ConsolePlace } from '#domain/console-place'
import { type Page, pages } from './pages.tsx'
import { place } from './place.ts'

/** The page of the address. */
export function ShownPage() {
  const { name, id } = place.value
  return name === 'unknown' ? <p>{texts.notFound}</p> : <LoadedPage key={`${name} ${id}`} name={name} id={id} />
}

interface LoadedPageProps {
  readonly name: ConsolePlace
  readonly id: string
}

function LoadedPage({ name, id }: LoadedPageProps) {
  // A component is a function, which a setter would call.
  const page = useSignal<{ readonly Page: Page } | null>(null)
  const problem = useSignal<string | null>(null)
  useLayoutEffect(() => void load(), [name])

  async function load(): Promise<void> {
    try {
      page.value = { Page: await pages[name]() }
    } catch {
      // Cordon was updated under an open tab, or cannot be reached: its files have other names then.
      problem.value = texts.loadAgain
    }
  }
  if (problem.value !== null) return <p role="alert">{problem.value}</p>
  if (page.value === null) return <p class="quiet">{texts.loading}</p>
  const { Page } = page.value
  return <Page id={id} />
}
