/** What the worker’s own queue offers: effects on people. It is never versioned: inputs and answers grow only by optional fields. */
export interface DeliveringActivities {
  /**
   * Brings pages to their people, by the channels that the policy prefers and then by the others. Pages that are delivered or given up
   * are left alone, so it may run any number of times.
   */
  deliverPages(question: { readonly pages: readonly string[] }): Promise<Delivered>
}

export interface Delivered {
  /** Whether for each page the people who can know of its call are enough: somebody of its level, and for a plan a quorum of all who were paged about it. */
  readonly isEnough: boolean
}
