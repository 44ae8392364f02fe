import { expect, it } from 'vitest'
import { reactive, ref } from 'vue'
import { createClient } from '../../support/clients.ts'

it.each([
  ['ref', () => ref(createClient()).value],
  ['reactive', () => reactive({ client: createClient() }).client],
])("a client works inside Vue's %s, which wraps other objects in a proxy", async (_, keep) => {
  expect(await keep().isAuthenticated()).toBe(false)
  expect(keep().getConfiguration()).toMatchObject({ clientId: expect.any(String) })
})
