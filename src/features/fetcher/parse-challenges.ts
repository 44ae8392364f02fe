import { ownMembers } from '../../own-members.ts'

/** A challenge of the header `WWW-Authenticate` (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** In lower case. */
  scheme: string
  /** Names are in lower case; the first of equal ones counts. */
  params: Readonly<Record<string, string | undefined>>
}

const SEPARATORS = /[\s,]+/y
const PARAM =
  /([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+)(?=[\s,]|$))/sy
/** A scheme, perhaps with a token68 such as that of `Negotiate`. */
const SCHEME = /([\w!#$%&'*+.^`|~-]+)(?=[\s,]|$)(?:\s+(?:[\w.~+/-]+=*)(?=\s*(?:,|$)))?/y
/** What is neither, up to the next comma outside of quotes. */
const REST = /(?:"(?:[^"\\]|\\.)*"?|[^",])+/sy

/** Reads all challenges; parts that have no known form are left out. */
export const parseChallenges = (header: string): Challenge[] => {
  const challenges: Challenge[] = []
  let params: Record<string, string | undefined> | undefined
  let position = 0

  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position
    const match = pattern.exec(header)
    if (match) position = pattern.lastIndex
    return match
  }

  while (position < header.length) {
    read(SEPARATORS)
    const param = params && read(PARAM)
    if (params && param) {
      const [, name = '', quoted, token] = param
      params[name.toLowerCase()] ??= quoted?.replace(/\\(.)/gs, '$1') ?? token
      continue
    }
    const [, scheme] = read(SCHEME) ?? []
    if (scheme) {
      params = ownMembers()
      challenges.push({ scheme: scheme.toLowerCase(), params })
    } else if (!read(REST)) break
  }
  return challenges
}
