import { createHash, timingSafeEqual } from 'node:crypto'

/** @param {string} text */
const digest = text => createHash('sha256').update(text).digest()

/**
 * Compares in constant time, independent of the length of the secret.
 *
 * @param {string} given
 * @param {string} secret
 */
export const isSameSecret = (given, secret) => timingSafeEqual(digest(given), digest(secret))
