import { expect, test } from 'vitest'
import { watchReads } from '#simulator/unread'

test('a parameter that was given and not read is named, one that asks for nothing is not', () => {
  const { watched, unread } = watchReads({
    UserName: 'a',
    PermissionsBoundary: 'arn',
    DryRun: false,
    Tags: [],
    Path: undefined,
  })
  expect(unread()).toEqual(['UserName', 'PermissionsBoundary'])
  expect(watched['UserName']).toBe('a')
  expect(unread()).toEqual(['PermissionsBoundary'])
  const { ...all } = watched
  expect(all).toHaveProperty('PermissionsBoundary', 'arn')
  expect(unread()).toEqual([])
})
