/** A script as text, bundled and minified. */
declare module '*?source' {
  const source: string
  export default source
}
