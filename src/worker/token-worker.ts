import { fetchHttp } from '../browser/fetch-http.ts'
import { GenericError } from '../errors/core.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { createVault, type Vault } from './vault.ts'

/**
 * The worker, a bundle by itself. Refresh tokens stay here and are never posted to the page. The
 * first message fixes the URLs that it may request.
 */
let vault: Vault | undefined

const answer = async (message: ToWorker): Promise<FromWorker> => {
  if (message.type === 'init') {
    vault ??= createVault(fetchHttp, message.tokenFields)
  } else if (!vault) {
    throw new GenericError('invalid_fetch_url', 'Unauthorized fetch URL')
  } else if (message.type === 'send') {
    return { response: await vault.send(message.request) }
  } else if (message.type === 'drop') {
    vault.drop(message.reference)
  } else {
    vault.clear(message.keep)
  }
  return { done: true }
}

const failureOf = (error: unknown): FromWorker => {
  const {
    error: code,
    error_description,
    cause,
  } = error instanceof GenericError ? error : new GenericError('worker_error', String(error))
  return {
    failure: { error: code, error_description, ...(cause !== undefined && { cause: `${cause}` }) },
  }
}

/** Can always be posted. */
const NO_ANSWER: FromWorker = {
  failure: { error: 'worker_error', error_description: 'The answer could not be posted.' },
}

addEventListener('message', ({ data, ports: [port] }: MessageEvent<ToWorker>) => {
  answer(data)
    .catch(failureOf)
    .then(result => port?.postMessage(result))
    .catch(() => port?.postMessage(NO_ANSWER))
})
