import { parse } from 'acorn'

/**
 * A node of the syntax tree; what it has depends on its kind.
 *
 * @typedef {{ type: string, [part: string]: any }} Node
 */

/**
 * The names that a pattern binds.
 *
 * @type {(node: Node | null) => string[]}
 */
const namesIn = node => {
  switch (node?.type) {
    case 'Identifier':
      return [node.name]
    case 'ObjectPattern':
      return node.properties.flatMap((/** @type {Node} */ one) =>
        namesIn(one.value ?? one.argument),
      )
    case 'ArrayPattern':
      return node.elements.flatMap(namesIn)
    case 'AssignmentPattern':
      return namesIn(node.left)
    case 'RestElement':
      return namesIn(node.argument)
    default:
      return []
  }
}

/** @type {(node: Node) => string[]} */
const boundBy = node => {
  if (node.type === 'VariableDeclarator') return namesIn(node.id)
  if (/Function/.test(node.type)) return [node.id, ...node.params].flatMap(namesIn)
  if (/^Class(Decl|Expr)/.test(node.type)) return namesIn(node.id)
  if (node.type === 'CatchClause') return namesIn(node.param)
  return /^Import.*Specifier$/.test(node.type) ? namesIn(node.local) : []
}

/** @type {(node: Node, parent: Node, part: string) => boolean} */
const isNameOnly = (node, parent, part) =>
  node.type === 'Identifier' &&
  !parent.computed &&
  ((parent.type === 'MemberExpression' && part === 'property') ||
    parent.type === 'MetaProperty' ||
    (/^(Property|PropertyDefinition|MethodDefinition)$/.test(parent.type) && part === 'key') ||
    /Specifier$/.test(parent.type) ||
    /^(Labeled|Break|Continue)Statement$/.test(parent.type))

/** @type {(node: Node, depth: number) => (string | false)[]} */
const syntaxOf = (node, depth) => {
  const { type, operator, regex, raw = '' } = node
  const isPrivate = node.key?.type === 'PrivateIdentifier'
  return [
    type === 'PropertyDefinition' && (isPrivate ? 'private field' : 'class field'),
    type === 'MethodDefinition' && isPrivate && 'private method',
    type === 'BinaryExpression' && node.left.type === 'PrivateIdentifier' && '#x in',
    type === 'StaticBlock' && 'static block',
    type === 'AwaitExpression' && depth === 0 && 'top-level await',
    type === 'AssignmentExpression' && /^(\?\?|&&|\|\|)=$/.test(operator) && 'logical assignment',
    type === 'VariableDeclaration' && /using/.test(node.kind) && 'using',
    type === 'Literal' && typeof node.value === 'number' && /_/.test(raw) && 'numeric separator',
    !!node.attributes?.length && 'import attributes',
    !!regex && /d/.test(regex.flags) && 'regexp d',
    !!regex && /v/.test(regex.flags) && 'regexp v',
    !!regex && /\(\?<[=!]/.test(regex.pattern) && 'regexp lookbehind',
    !!regex && /\(\?[ims-]+:/.test(regex.pattern) && 'regexp modifiers',
  ]
}

/**
 * What a script makes use of. Scopes are not told apart: a name that is bound anywhere in the file
 * counts as the file's own, so unminified files say more.
 *
 * @param {string} code
 * @param {import('acorn').Options} options
 */
export const usesOf = (code, options) => {
  const bound = new Set()
  /** @type {Set<string>} */
  const named = new Set()
  const uses = { syntax: new Set(), members: new Set(), strings: new Set() }

  /** @type {(node: Node, parent: Node, part: string, depth: number) => void} */
  const visit = (node, parent, part, depth) => {
    for (const name of boundBy(node)) bound.add(name)
    for (const name of syntaxOf(node, depth)) if (name) uses.syntax.add(name)
    if (node.type === 'Identifier' && !isNameOnly(node, parent, part)) named.add(node.name)
    if (typeof node.value === 'string') uses.strings.add(node.value)
    if (node.type === 'TemplateElement') uses.strings.add(node.value.cooked)
    if (node.type === 'MemberExpression' && !node.computed) {
      uses.members.add(node.property.name)
      if (node.object.type === 'Identifier') named.add(`${node.object.name}.${node.property.name}`)
    }
    if (parent.type === 'ObjectPattern' && !node.computed) uses.members.add(node.key?.name)
    const inside = depth + (/Function/.test(node.type) ? 1 : 0)
    for (const [name, value] of Object.entries(node)) {
      for (const child of [value].flat()) {
        if (typeof child?.type === 'string') visit(child, node, name, inside)
      }
    }
  }
  visit(parse(code, options), { type: 'none' }, '', 0)
  const isForeign = (/** @type {string} */ name) => !bound.has(name.split('.')[0])
  return { ...uses, globals: new Set([...named].filter(isForeign)) }
}
