import { useEffect } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'
import { consoleLists } from '#domain/console-list'
import { IncidentList } from './incident-list.tsx'

/** Every incident there is, also those that are closed. */
export function IncidentsPage() {
  useEffect(() => {
    document.title = `${texts.incidents} · ${texts.product}`
  }, [])
  return (
    <>
      <h1>{texts.incidents}</h1>
      <IncidentList usual={consoleLists.incidents} />
    </>
  )
}
