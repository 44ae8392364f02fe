import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findFirefox } from '../../support/other-engines.js'
import { type Bidi, connectBidi } from './connect-bidi.ts'
import type { Driver, Engine, LaunchOptions } from './driver.ts'
import { writePreferences } from './firefox-preferences.ts'
import { startProgram } from './start-program.ts'

interface Context {
  context: string
  userContext: string
}

const pressKeys = (text: string): object[] =>
  [...text].flatMap(value => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ])

/** A container of tabs that shares no data with others. */
const createDriver = async (bidi: Bidi): Promise<Driver> => {
  const { userContext } = await bidi.send<Context>('browser.createUserContext', {})

  const click = async (context: string, selector: string): Promise<void> => {
    await bidi.send('browsingContext.activate', { context })
    const { nodes } = await bidi.send<{ nodes: { sharedId: string }[] }>(
      'browsingContext.locateNodes',
      { context, locator: { type: 'css', value: selector } },
    )
    const [node] = nodes
    if (!node) throw new Error(`There is no ${selector}`)
    const origin = { type: 'element', element: { sharedId: node.sharedId } }
    const actions = [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await bidi.send('input.performActions', {
      context,
      actions: [{ type: 'pointer', id: 'mouse', actions }],
    })
  }

  return {
    open: async () => {
      const { context } = await bidi.send<Context>('browsingContext.create', {
        type: 'tab',
        userContext,
      })
      return context
    },
    windows: async () => {
      const { contexts } = await bidi.send<{ contexts: Context[] }>('browsingContext.getTree', {
        maxDepth: 0,
      })
      return contexts.filter(found => found.userContext === userContext).map(c => c.context)
    },
    goto: async (context, url) => {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    back: async context => {
      await bidi.send('browsingContext.traverseHistory', { context, delta: -1 })
    },
    call: async (context, code, json) => {
      const { result, exceptionDetails } = await bidi.send<{
        result?: { value: string }
        exceptionDetails?: { text: string }
      }>('script.callFunction', {
        functionDeclaration: code,
        arguments: [{ type: 'string', value: json }],
        awaitPromise: true,
        target: { context },
      })
      if (!result) throw new Error(`${exceptionDetails?.text} in ${code}`)
      return result.value
    },
    click,
    type: async (context, selector, text) => {
      await click(context, selector)
      await bidi.send('input.performActions', {
        context,
        actions: [{ type: 'key', id: 'keyboard', actions: pressKeys(text) }],
      })
    },
    close: async context => {
      await bidi.send('browsingContext.close', { context })
    },
    end: async () => {
      await bidi.send('browser.removeUserContext', { userContext })
    },
  }
}

/** Firefox without a window on the screen, over WebDriver BiDi. */
export const launchFirefox = async ({ refuseStorageTo }: LaunchOptions): Promise<Engine> => {
  const firefox = findFirefox()
  if (!firefox) throw new Error('Firefox ESR is not installed: apt-get install firefox-esr')
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-firefox-'))
  const permissions = join(folder, 'permissions.txt')
  // The permission "cookie" is about all storage; 2 is "block".
  if (refuseStorageTo) await writeFile(permissions, `origin\tcookie\t2\t${refuseStorageTo}\n`)
  await writeFile(
    join(folder, 'user.js'),
    writePreferences(
      refuseStorageTo ? { 'permissions.manager.defaultsUrl': `${pathToFileURL(permissions)}` } : {},
    ),
  )
  const program = await startProgram(
    firefox,
    ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port=0', 'about:blank'],
    { env: { HOME: folder }, folder, ready: /WebDriver BiDi listening on (ws:\S+)/ },
  )
  const bidi = await connectBidi(program.printed)
  const { capabilities } = await bidi.send<{ capabilities: { browserVersion: string } }>(
    'session.new',
    { capabilities: {} },
  )
  return {
    version: `Firefox ${capabilities.browserVersion}`,
    createDriver: () => createDriver(bidi),
    close: async () => {
      bidi.close()
      await program.end()
    },
  }
}
