import { useEffect } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'

/** What the tab of the browser, its history and a screen reader call the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${texts.product}`
  }, [title])
}
