import { element } from './element.js'

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(true|false|null|-?\d[\d.eE+-]*)/g

/**
 * @param {RegExpMatchArray} match
 * @returns {(Node | string)[]}
 */
const paint = ([text, string, colon]) => {
  if (!string) return [element('span', { class: 'json-literal' }, text)]
  return colon
    ? [element('span', { class: 'json-name' }, string), colon]
    : [element('span', { class: 'json-string' }, string)]
}

/**
 * Renders JSON with syntax colours.
 *
 * @param {unknown} value
 * @returns {(Node | string)[]}
 */
export const paintJson = value => {
  const json = JSON.stringify(value, null, 2) ?? ''
  /** @type {(Node | string)[]} */
  const parts = []
  let end = 0
  for (const match of json.matchAll(TOKEN)) {
    parts.push(json.slice(end, match.index), ...paint(match))
    end = match.index + match[0].length
  }
  return [...parts, json.slice(end)]
}
