/** Principals of an account, as its roles are allowed them. */
export const ANY_USER = 'arn:{partition}:iam::{account}:user/*'
export const ANY_ROLE = 'arn:{partition}:iam::{account}:role/*'
