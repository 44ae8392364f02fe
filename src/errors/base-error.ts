// biome-ignore-all lint/complexity/noThisInStatic: `this` is the class at the right of `instanceof`

/**
 * An error whose `instanceof` also holds for errors of another copy of this package: one by `import`
 * and one by `require`, or two versions on one page. Classes are compared by their `errorName`. A
 * class that does not define one, such as a subclass in an application, is compared as usual.
 */
export abstract class BaseError extends Error {
  /** The name of the class, also in minified code. */
  declare static errorName: string
  /** What caused the error, if that is known. */
  declare cause?: unknown

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.errorName
  }

  /** Whether a value is of this class, or of the class with the same name in another copy. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const isNamed = Object.hasOwn(this, 'errorName')
    let type = Object.getPrototypeOf(Object(value))?.constructor
    while (type && type !== this && !(isNamed && type.errorName === this.errorName)) {
      type = Object.getPrototypeOf(type)
    }
    return !!type
  }
}
