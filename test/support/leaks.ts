/** A text, and where it was found. */
export interface Place {
  readonly where: string
  readonly bytes: Buffer
}

/** A secret in every form in which software writes texts down. */
const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret)
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('hex'),
    ...base64Of(bytes),
  ]
  return [...new Set(forms)]
}

/** As a part of a longer text its base64 begins at one of three places; what the neighbours change is left out. */
function base64Of(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const own = text.slice(before === 0 ? 0 : before + 1, -2)
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

/** Which secret, by its name, stands where. The secrets themselves are not repeated. */
export function leaksIn(places: readonly Place[], secrets: Readonly<Record<string, string>>): readonly string[] {
  const forms = Object.entries(secrets).map(([name, secret]) => [name, formsOf(secret)] as const)
  return places.flatMap(({ where, bytes }) =>
    forms.filter(([, texts]) => texts.some((text) => bytes.includes(text))).map(([name]) => `${name} in ${where}`),
  )
}
