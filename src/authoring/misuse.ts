/** A runbook used a verb in a way that has no meaning. It is handed over; the incident goes on. */
export class Misuse extends Error {}
