const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A moment in the reader's own zone; the exact one is in the title. */
export const Time = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {format.format(new Date(at))}
  </time>
)
