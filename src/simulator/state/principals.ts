export type Tags = Readonly<Record<string, string>>

export interface Account {
  readonly id: string
  readonly name: string
  readonly environment: 'hub' | 'production' | 'nonproduction'
  readonly regions: readonly string[]
  readonly email: string
  readonly joinedAt: number
  /** What its roles for Cordon ask of whoever opens them. */
  readonly externalId?: string
}

interface Principal {
  readonly account: string
  readonly name: string
  readonly path: string
  readonly createdAt: number
  readonly tags: Tags
  /** Inline policies: name → document, as it was put. */
  readonly inline: Readonly<Record<string, string>>
  /** ARNs of attached managed policies. */
  readonly attached: readonly string[]
}

export interface User extends Principal {
  /** AIDA… */
  readonly id: string
  readonly loginProfile?: { readonly createdAt: number; readonly passwordResetRequired: boolean }
  readonly passwordLastUsedAt?: number
}

export interface Role extends Principal {
  /** AROA… */
  readonly id: string
  readonly trust: string
  readonly description?: string
  readonly maxSessionSeconds: number
  readonly lastUsed?: { readonly at: number; readonly region: string }
}

export interface AccessKey {
  readonly id: string
  readonly secret: string
  readonly account: string
  readonly user: string
  readonly userId: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt: number
  readonly lastUsed?: { readonly at: number; readonly region: string; readonly service: string }
}

export interface Session {
  readonly id: string
  readonly secret: string
  readonly token: string
  readonly account: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly principal:
    | { readonly kind: 'role'; readonly role: string; readonly roleId: string; readonly sessionName: string }
    | { readonly kind: 'user'; readonly user: string; readonly userId: string }
  readonly sessionPolicy?: string
  readonly sourceIdentity?: string
  /** Credentials that an instance was given for its role: CloudTrail and condition keys tell. */
  readonly ofInstance?: { readonly arn: string }
  readonly tags: Tags
  readonly transitiveTagKeys: readonly string[]
}

export interface InstanceProfile {
  readonly account: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly role: string
  readonly createdAt: number
}

/** A report of used services that was asked for. */
export interface AccessReport {
  readonly account: string
  readonly arn: string
  readonly at: number
}
