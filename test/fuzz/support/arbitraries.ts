import fc from 'fast-check'

/** Members that mean something to the language. */
export const treacherousName = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
)

/** Texts of every kind, and the ones that have fooled somebody before. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
  treacherousName,
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    'null',
    'undefined',
    'true',
    '[object Object]',
  ),
  fc.constantFrom(
    '%',
    '%E0%A4%A',
    '%00',
    '\0',
    '\ud800',
    '\u202e',
    '\r\n',
    '<img onerror=x>',
    '::',
  ),
)

/** The same, and now and then a very long one. */
export const textOfAnyLength = fc.oneof(
  { weight: 9, arbitrary: text },
  fc.constantFrom('x'.repeat(20_000), '%'.repeat(20_000)),
)

const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, -1, 1e308, 2 ** 53, 2 ** 31, true, false, null),
)

/** An object from pairs; `__proto__` becomes a member of its own, as in `JSON.parse`. */
const objectOf = (value: fc.Arbitrary<unknown>) =>
  fc
    .array(fc.tuple(fc.oneof(treacherousName, fc.string()), value), { maxLength: 4 })
    .map(pairs => Object.fromEntries(pairs) as Record<string, unknown>)

const POLLUTION: unknown = JSON.parse(
  '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
)

/** Anything that JSON can say. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    objectOf(tie('json')),
    fc.constant(POLLUTION),
  ),
})).json

export const jsonObject = objectOf(json)

/** An object without fault, some members of which have been replaced, taken away or added. */
export const changesTo = (names: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .array(
      fc.tuple(
        fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, treacherousName, fc.string()),
        fc.oneof({ weight: 4, arbitrary: json }, fc.constant(undefined)),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map(pairs => Object.fromEntries(pairs) as Record<string, unknown>)

/** Whatever a JavaScript program can hold, as far as one window can post it to another. */
export const cloneable: fc.Arbitrary<unknown> = fc.oneof(
  json,
  fc
    .anything({
      withMap: true,
      withSet: true,
      withDate: true,
      withBigInt: true,
      withTypedArray: true,
    })
    .filter(value => {
      try {
        structuredClone(value)
        return true
      } catch {
        return false
      }
    }),
)

/** A value of a header: visible characters, a Latin letter, and spaces within. */
export const headerValue = fc.oneof(
  fc.stringMatching(/^[!-~\u00e9]([ -~]{0,20}[!-~])?$/),
  fc.integer().map(String),
  fc.constantFrom('0', '-1', '1e9', '120', '99999999999999999999', '0x10', '3.5', 'Infinity'),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
    .map(date => date.toUTCString()),
)
