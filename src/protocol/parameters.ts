import type { Fields } from '../http.ts'
import { ownMembers } from '../own-members.ts'

/** Parameters of a request before they are encoded; `undefined` and `null` are not sent. */
export type Parameters = Fields

/** A copy with the own members that are set and accepted. */
export const pick = (
  parameters: Parameters | undefined,
  accept: (name: string) => boolean = () => true,
): Parameters =>
  ownMembers(
    Object.fromEntries(
      Object.entries(parameters ?? {}).filter(
        ([name, value]) => value !== undefined && accept(name),
      ),
    ),
  )

/** A copy without the members named, and without members that are not set. */
export const omit = (parameters: Parameters | undefined, ...names: string[]): Parameters =>
  pick(parameters, name => !names.includes(name))
