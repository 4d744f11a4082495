/** What people ask of each other by name. */
export const appeals = {
  page: 'Page them',
  ofWhom: 'Person or group',
  ofWhomHint: 'The id of a person, or the name of a group; a part of a name suggests them.',
  toWhom: 'Person',
  why: 'What you need them for',
  note: 'What they have to know',
  staysYours: 'They are paged now. It stays yours until they acknowledge it; acknowledge it yourself to keep it.',
  asked: { help: 'is asked for help', 'hand-over': 'is asked to take it over' },
  unanswered: 'nobody has answered in time',
  wishes: { help: 'asks for your help', 'hand-over': 'hands this over to you' },
  title: 'Asked of you',
  mentions: 'Mentions',
  seen: 'Read',
  handOverAll: 'Hand over everything you look after',
  allHint: 'Each incident stays yours until the other person acknowledges it.',
} as const
