/** Says a number that was seen, for whoever reads the log of the night. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`)
