import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { asSource } from './support/compile.js'

const root = fileURLToPath(new URL('..', import.meta.url))

const happyDom = {
  environment: 'happy-dom',
  environmentOptions: {
    happyDOM: {
      url: 'https://app.example.com/',
      settings: {
        disableIframePageLoading: true,
        handleDisabledFileLoadingAsSuccess: true,
      },
    },
  },
  setupFiles: ['test/support/setup.ts'],
}

/** The package by its own name, as the examples import it. */
const sourceAlias = [
  { find: /^latchkey$/, replacement: `${root}src/index.ts` },
  { find: /^latchkey\/testing$/, replacement: `${root}src/testing/index.ts` },
  { find: /^latchkey\/testing\/msw$/, replacement: `${root}src/testing/msw.ts` },
]

/** The same names for the files of the build. */
const buildAlias = [
  { find: /^latchkey$/, replacement: `${root}dist/esm/index.js` },
  { find: /^latchkey\/testing$/, replacement: `${root}dist/esm/testing/index.js` },
  { find: /^latchkey\/testing\/msw$/, replacement: `${root}dist/esm/testing/msw.js` },
]

/** Pure functions, which need nothing of a page. */
const PURE = ['test/unit/protocol/**/*.test.ts']

/**
 * One project per kind of test: `npx vitest --config test/vitest.config.ts --project 'unit*'`.
 * Files of a project with `isolate: false` share a process with its modules and its page.
 */
export default defineConfig({
  root,
  test: {
    // The default leaves one core unused, which is half of a machine with two.
    maxWorkers: '100%',
    projects: [
      {
        root,
        plugins: [asSource()],
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: PURE,
          isolate: false,
          // A busy machine can need seconds to load a module; no test asserts a time.
          testTimeout: 30_000,
          ...happyDom,
        },
      },
      {
        root,
        plugins: [asSource()],
        test: { name: 'unit-pure', include: PURE, environment: 'node', isolate: false },
      },
      {
        root,
        plugins: [asSource()],
        resolve: { alias: sourceAlias },
        test: {
          // As an application runs them: with a network of their own, and no setup of ours.
          name: 'examples',
          include: ['examples/testing/vitest/**/*.test.js'],
          environment: 'happy-dom',
        },
      },
      {
        root,
        resolve: { alias: buildAlias },
        test: {
          name: 'snippets',
          include: ['examples/snippets/*.test.ts'],
          testTimeout: 60_000,
          isolate: false,
          ...happyDom,
        },
      },
      {
        root,
        plugins: [asSource()],
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          isolate: false,
          testTimeout: 60_000 * (Number(process.env.FUZZ_FACTOR) || 1),
          ...happyDom,
        },
      },
      {
        root,
        test: { name: 'tenant', include: ['test/tenant/**/*.test.js'], environment: 'node' },
      },
      {
        root,
        resolve: { alias: buildAlias },
        test: {
          name: 'build',
          include: ['test/build/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: 'test/types/tsconfig.json',
          },
        },
      },
    ],
  },
})
