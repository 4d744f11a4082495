/** What a record may hold: JSON without fractions, so that its canonical bytes are the same everywhere (RFC 8785, restricted). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type JsonObject = { readonly [key: string]: Json }
