import { setupServer } from 'msw/node'

/** The network as the tests fake it; a test or a fake tenant adds handlers. */
export const network = setupServer()
