import { expect } from 'vitest'

/** What every object inherits from; nobody's data may reach it. */
const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  Promise.prototype,
  Map.prototype,
  Error.prototype,
]

const look = (): [PropertyKey[], unknown[]][] =>
  PROTOTYPES.map(prototype => {
    const names = Reflect.ownKeys(prototype)
    const values = names.map(
      name => Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown,
    )
    return [names, values]
  })

const BEFORE = look()

/** security 73: names such as `__proto__` in somebody's data are names and nothing else. */
export const expectCleanPrototypes = (): void => {
  const isSame = look().every(([names, values], at) => {
    const [before, was] = BEFORE[at] ?? [[], []]
    return (
      names.length === before.length && values.every((value, index) => Object.is(value, was[index]))
    )
  })
  expect(isSame, 'a prototype was changed').toBe(true)
}
