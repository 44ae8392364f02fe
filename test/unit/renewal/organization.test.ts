import { describe, expect, it } from 'vitest'
import { signIn } from '../../../src/testing/index.ts'
import { createClient, recordFrames } from '../../support/clients.ts'
import { createTestbed } from '../../support/testbed.ts'

describe('the organization that a hidden iframe asks for', () => {
  it('is that of its own session after a login to another one in another tab', async () => {
    const tenant = createTestbed()
    const [ours, other] = [createClient(), createClient()]
    await signIn(ours, tenant, { authorizationParams: { organization: 'org_1' } })
    await signIn(other, tenant, { authorizationParams: { organization: 'org_2' } })
    const { urls, stop } = recordFrames(tenant)
    await ours.getTokenSilently({ cacheMode: 'off' })
    expect(urls[0]?.searchParams.get('organization')).toBe('org_1')
    expect(await ours.getUser()).toMatchObject({ org_id: 'org_1' })
    stop()
  })

  it('is none for a session without one after a login to one in another tab', async () => {
    const tenant = createTestbed()
    const [ours, other] = [createClient(), createClient()]
    await signIn(ours, tenant)
    await signIn(other, tenant, { authorizationParams: { organization: 'org_2' } })
    const { urls, stop } = recordFrames(tenant)
    await ours.getTokenSilently({ cacheMode: 'off' })
    expect(urls[0]?.searchParams.has('organization')).toBe(false)
    stop()
  })
})
