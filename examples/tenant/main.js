#!/usr/bin/env node
import { announce } from './cli/announcement.js'
import { readSwitches, USAGE, UsageError } from './cli/switches.js'
import { PortBusyError } from './http/listen.js'
import { readConfigFile } from './settings/config-file.js'
import { createDefaultUser } from './settings/default-user.js'
import { startTenant } from './start-tenant.js'

/** @param {string[]} args */
const run = async args => {
  const { help, config, defaults, overrides } = readSwitches(args)
  if (help) return console.log(USAGE)

  const fromFile = config === undefined ? {} : await readConfigFile(config)
  const users = fromFile.users ?? [createDefaultUser()]
  const options = { ...defaults, ...fromFile, users, ...overrides }
  const tenant = await startTenant(options)
  console.log(announce({ tenant, users, config, persist: options.persist }))

  const stop = () => tenant.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return undefined
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  // Errors that the developer can correct are printed without a stack.
  const isUserError =
    error instanceof UsageError || error instanceof TypeError || error instanceof PortBusyError
  console.error(isUserError ? error.message : error)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
