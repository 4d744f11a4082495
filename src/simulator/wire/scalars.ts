import type { Schema } from './schema.ts'

/** How a protocol writes a timestamp when the shape does not say. */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

const FORMAT_BY_CODE: Readonly<Record<number, TimestampFormat>> = { 5: 'date-time', 6: 'http-date', 7: 'epoch-seconds' }
const MS_PER_SECOND = 1000

function formatOf(schema: Schema, fallback: TimestampFormat): TimestampFormat {
  const code: unknown = schema.getSchema()
  return (typeof code === 'number' ? FORMAT_BY_CODE[code] : undefined) ?? fallback
}

export function readTimestamp(schema: Schema, value: string | number, fallback: TimestampFormat): Date {
  const isEpoch =
    typeof value === 'number' || (formatOf(schema, fallback) === 'epoch-seconds' && /^[\d.+-]+$/.test(value))
  const time = new Date(isEpoch ? Math.round(Number(value) * MS_PER_SECOND) : value)
  if (Number.isNaN(time.getTime())) throw new RangeError(`${value} is no time`)
  return time
}

export function writeTimestamp(schema: Schema, value: Date, fallback: TimestampFormat): string | number {
  switch (formatOf(schema, fallback)) {
    case 'epoch-seconds':
      return value.getTime() / MS_PER_SECOND
    case 'http-date':
      return value.toUTCString()
    case 'date-time':
      return value.toISOString().replace('.000Z', 'Z')
  }
}

/** Reads a simple value from the text of a form, an XML element, a header or a label. */
export function readText(schema: Schema, text: string, fallback: TimestampFormat): unknown {
  if (schema.isTimestampSchema()) return readTimestamp(schema, text, fallback)
  if (schema.isBooleanSchema()) return text === 'true'
  if (schema.isBigIntegerSchema()) return BigInt(text)
  if (schema.isNumericSchema()) return Number(text)
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'))
  return text
}

export function writeText(schema: Schema, value: unknown, fallback: TimestampFormat): string {
  if (value instanceof Date) return String(writeTimestamp(schema, value, fallback))
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return String(value)
}
