import type { Plan } from '#domain/plan'

/** The plan that the bytes are. They were checked when they were stored, and the gate checks their hash before anything runs. */
export const planFromBytes = (bytes: Buffer): Plan => JSON.parse(bytes.toString('utf8')) as Plan
