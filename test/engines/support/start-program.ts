import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'

const START_LIMIT_MS = 60_000
const END_LIMIT_MS = 5_000

interface ProgramOptions {
  /** Added to the environment. */
  env?: Record<string, string>
  /** The program's own folder, removed when it has ended. */
  folder?: string
  /** What it prints when it is ready; without it, it counts as ready at once. */
  ready?: RegExp
}

export interface Program {
  /** What `ready` found. */
  readonly printed: string
  /** Ends it with all that it has started. */
  end(): Promise<void>
}

/** Starts a program with a process group of its own, and waits until it says that it is ready. */
export const startProgram = async (
  command: string,
  args: string[],
  { env = {}, folder, ready }: ProgramOptions = {},
): Promise<Program> => {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const exited = once(child, 'exit')
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // The group has ended already.
    }
  }
  const killNow = (): void => kill('SIGKILL')
  process.once('exit', killNow)

  const end = async (): Promise<void> => {
    const timer = setTimeout(killNow, END_LIMIT_MS)
    kill('SIGTERM')
    await exited
    clearTimeout(timer)
    killNow()
    process.off('exit', killNow)
    if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  const output: string[] = []
  const printed = new Promise<string>((resolve, reject) => {
    if (!ready) resolve('')
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        if (output.length < 50) output.push(line)
        const found = ready?.exec(line)
        if (found) resolve(found[1] ?? found[0])
      })
    }
    const fail = (what: string): void =>
      reject(new Error(`${command} ${what}.\n${output.join('\n')}`))
    const timer = setTimeout(() => fail('did not start in time'), START_LIMIT_MS)
    timer.unref()
    exited.then(
      () => fail('ended'),
      (error: Error) => fail(`cannot be started: ${error.message}`),
    )
  })
  try {
    return { printed: await printed, end }
  } catch (error) {
    await end().catch(() => {})
    throw error
  }
}
