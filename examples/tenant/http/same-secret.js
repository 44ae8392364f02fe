import { createHash, timingSafeEqual } from 'node:crypto'

/** @param {string} text */
const digest = text => createHash('sha256').update(text).digest()

/**
 * Compares in a time that tells nothing about the secret, not even its length.
 *
 * @param {string} given
 * @param {string} secret
 */
export const isSameSecret = (given, secret) => timingSafeEqual(digest(given), digest(secret))
