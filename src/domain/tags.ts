/** Tags of a target, as they were read inside its account: whoever works there can set them, so they only tighten. */
export type Tags = Readonly<Record<string, string>>

/** The tag by which an asset’s owners ask for more care. */
export const PROTECTED_TAG = 'cordon:protected'

/** Whether the tags ask that people decide, and more of them. */
export const asksForCare = (tags: Tags): boolean => tags[PROTECTED_TAG]?.toLowerCase() === 'true'
