import { catalogueData } from '#domain/catalogue/erased'
import { digestOf } from './digest.ts'

/** The digest of the catalogue that this program was built with. */
export const catalogueDigest = (): string => digestOf('catalogue', catalogueData())
