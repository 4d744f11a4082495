/** What stands on every page. */
export const shell = {
  product: 'Cordon',
  skip: 'Skip to the content',
  signOut: 'Sign out',
  signInNeeded: 'Sign in to see this page.',
  loading: 'Reading …',
  live: 'live',
  away: 'not connected, trying again',
  notFound: 'There is no such page.',
  ago: (span: string) => `${span} ago`,
  never: 'never',
  loadAgain: 'This page could not be loaded. Load it again: Cordon may have been updated.',
} as const
